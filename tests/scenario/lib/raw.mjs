// HTTP as bytes, for requests that no client would send.
import { connect } from 'node:net';

// Sends the bytes (a list: one write each) and gathers what comes back until the server closes, or until it has
// answered `answers` requests or has been silent for quiet_ms. {statuses, text, closed}.
export function exchange(port, bytes, { answers = Infinity, quiet_ms = 3000 } = {}) {
    return new Promise((done) => {
        const socket = connect(port, '127.0.0.1');
        let text = '';
        let timer;
        const statuses = () => [...text.matchAll(/HTTP\/1\.[01] (\d{3}) /g)].map((m) => Number(m[1]));
        const finish = (closed) => {
            clearTimeout(timer);
            socket.destroy();
            done({ statuses: statuses(), text, closed });
        };
        const wait = () => {
            clearTimeout(timer);
            timer = setTimeout(() => finish(false), quiet_ms);
        };
        socket.on('connect', () => {
            for (const part of [bytes].flat()) socket.write(Buffer.isBuffer(part) ? part : Buffer.from(part, 'latin1'));
            wait();
        });
        socket.on('data', (part) => {
            text += part.toString('latin1');
            if (statuses().length >= answers) finish(false);
            else wait();
        });
        socket.on('error', () => finish(true));
        socket.on('close', () => finish(true));
    });
}
