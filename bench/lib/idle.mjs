// A server that does nothing: how soon it is ready, and what memory it holds then.
import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, program } from '../../tests/scenario/lib/process.mjs';
import { openHotel } from './hotel.mjs';
import { median, memory_mb, round, say, table } from './tools.mjs';

const rest_ms = 1000; // what is done once after the start is done by then
const patience_ms = 30_000;

// The status line of the answer, or undefined while nobody listens.
function ask(port, path) {
    return new Promise((done) => {
        const socket = connect(port, '127.0.0.1');
        socket.on('error', () => done(undefined));
        socket.on('connect', () => socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`));
        socket.once('data', (bytes) => (done(bytes.toString('latin1').split('\r\n')[0]), socket.destroy()));
        socket.on('close', () => done(undefined));
    });
}

async function start(data) {
    const port = await freePort();
    const from = performance.now();
    const child = spawn(program, ['serve', '--data', data, '--listen', `127.0.0.1:${port}`], { stdio: 'ignore' });
    const ended = new Promise((done) => child.on('close', done));
    try {
        while (!(await ask(port, '/readyz'))?.startsWith('HTTP/1.1 200')) {
            if (child.exitCode !== null || performance.now() - from > patience_ms) throw new Error('the server does not start');
            await sleep(1);
        }
        const ready_ms = performance.now() - from;
        await sleep(rest_ms);
        return { ready_ms, resident_mb: memory_mb(child.pid) };
    } finally {
        child.kill('SIGTERM');
        await ended;
    }
}

export async function benchIdle({ rounds }) {
    const world = await openHotel();
    const runs = [];
    try {
        await world.server.stop();
        for (let i = 0; i < rounds; i++) runs.push(await start(world.data));
    } finally {
        await world.close();
    }
    const of = (what) => runs.map((r) => r[what]);
    const worst = (what) => Math.max(...of(what));
    say(
        `${table([
            ['idle', 'median', 'worst'],
            ['ready after, ms', round(median(of('ready_ms'))), round(worst('ready_ms'))],
            ['resident, MiB', round(median(of('resident_mb')), 1), round(worst('resident_mb'), 1)],
        ])}\n`,
    );
    const ready = median(of('ready_ms'));
    const resident = median(of('resident_mb'));
    return {
        runs,
        targets: [
            { what: 'idle: ready', target: 'under 200 ms', got: `${round(ready)} ms`, met: ready < 200 },
            { what: 'idle: resident', target: 'under 20 MiB', got: `${round(resident, 1)} MiB`, met: resident < 20 },
        ],
    };
}
