// Clients that are slow on purpose, all at once: they are cut off in time and cost little, and everybody else is served
// as if they were not there. The limits are those of io/http_server.h; they cannot be made shorter from outside, so
// this takes about half a minute of waiting.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { eventually, sanitized } from './lib/process.mjs';
import { day, message, openWorld } from './lib/world.mjs';

const head_ms = 10_000;
const idle_ms = 30_000;
const grace_ms = 30_000;
const per_peer = 512;
const late_ms = sanitized ? 20_000 : 8000; // how much later than its limit one may be cut
const answer_ms = sanitized ? 2500 : 250; // what ordinary requests may take meanwhile, 99 of 100
const most_ms = 12 * answer_ms; // and the hundredth
const memory_kib = 64 << 10; // the most that the slow ones may cost

let world;
let path; // of a webhook
before(async () => {
    world = await openWorld();
    await world.addRoom('DBL', 10_000);
    const integration = await world.addWebhook({ verification: 'open', confirmOpen: true });
    path = new URL(integration.webhookUrl).pathname;
    // An export that no socket's buffer holds.
    const row = (i) => `R-${i},inquiry,EUR,100.00,DBL,${day(40)},${day(42)},2,${'Maximilian '.repeat(15)}\n`;
    const head = 'reference,status,currency,totalAmount,roomType,arrival,departure,adults,lastName\n';
    const body = head + Array.from({ length: 12_000 }, (_, i) => row(i)).join('');
    const made = await world.http('POST', '/api/admin/demo/imports?name=x.csv', { body, raw: true, headers: { 'content-type': 'text/csv' } });
    assert.equal(made.body?.status, 'done', made.text.slice(0, 500));
});
after(() => world?.close());

const lines = (...list) => list.map((l) => `${l}\r\n`).join('');
const host = () => `Host: 127.0.0.1:${world.server.port}`;
const bearer = () => `Authorization: Bearer ${world.token}`;

const open = [];
after(() => open.forEach((c) => c.socket.destroy()));

// A connection of its own from one of this machine's addresses: what it hears, and when it ended, are looked at later.
function slow(from, begin, { drip, read = true } = {}) {
    const socket = connect({ port: world.server.port, host: '127.0.0.1', localAddress: from });
    const c = { socket, begun: performance.now(), text: '' };
    let timer;
    c.ended = new Promise((done) => {
        socket.on('close', () => {
            clearInterval(timer);
            c.took = performance.now() - c.begun;
            done(c);
        });
    });
    socket.on('error', () => {});
    if (read) socket.on('data', (part) => (c.text += part.toString('latin1')));
    else socket.pause();
    socket.on('connect', () => {
        socket.setNoDelay(true);
        if (begin) socket.write(begin);
        if (drip) timer = setInterval(() => socket.write(drip), 500);
    });
    open.push(c);
    return c;
}

const several = (n, make) => Array.from({ length: n }, (_, i) => make(i));
const status = (name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${world.server.child.pid}/status`, 'utf8'))[1]);
const files = () => readdirSync(`/proc/${world.server.child.pid}/fd`).length;

// Ordinary requests, one after the other, until told to stop: how long each took.
function customers() {
    const took = [];
    let going = true;
    const one = async (i) => {
        const begun = performance.now();
        const answer =
            i % 2
                ? await world.http('GET', '/api/admin/demo/reservations?limit=5')
                : await world.http('POST', path, { body: message(`OK-${i}`, { status: 'inquiry' }), token: null });
        took.push(performance.now() - begun);
        assert.equal(answer.status, 200, answer.text);
    };
    const done = (async () => {
        for (let i = 0; going; i++) {
            await one(i);
            await new Promise((next) => setTimeout(next, 20)); // people pause
        }
    })();
    return {
        took,
        async stop() {
            going = false;
            await done;
        },
    };
}

describe('slow clients', () => {
    let groups;
    let ordinary;
    let before_;

    test('come all at once', async () => {
        const warm = customers();
        await eventually(() => warm.took.length > 20);
        await warm.stop();
        before_ = { memory: status('VmRSS'), files: files() };
        ordinary = customers();
        const body = lines(`POST ${path} HTTP/1.1`, host(), 'Content-Type: application/json', 'Content-Length: 100000', '');
        const get = (what, ...more) => lines(`GET ${what} HTTP/1.1`, host(), bearer(), ...more, '');
        groups = {
            'say nothing': several(50, () => slow('127.0.0.2')),
            'send a head byte by byte': several(200, () => slow('127.0.0.2', 'GET /healthz HTTP/1.1\r\nX-Slow: ', { drip: 'a' })),
            'send a line of a head at a time': several(50, () => slow('127.0.0.2', `GET /healthz HTTP/1.1\r\n${host()}\r\n`, { drip: 'X-A: b\r\n' })),
            'send a body byte by byte': several(50, () => slow('127.0.0.3', body, { drip: ' ' })),
            'send a body in chunks of a byte': several(20, () =>
                slow('127.0.0.3', lines(`POST ${path} HTTP/1.1`, host(), 'Transfer-Encoding: chunked', ''), { drip: '1\r\na\r\n' }),
            ),
            'upload a file byte by byte': several(20, () =>
                slow('127.0.0.3', lines('POST /api/admin/demo/imports HTTP/1.1', host(), bearer(), 'Content-Type: text/csv', 'Content-Length: 100000', ''), { drip: 'a' }),
            ),
            'never read a large answer': several(8, () => slow('127.0.0.4', get('/api/admin/demo/export/reservations?format=json'), { read: false })),
            'ask again and again, and never read': several(8, () => slow('127.0.0.4', get('/api/admin/demo/reservations?limit=200').repeat(50), { read: false })),
            'keep a connection after an answer': several(20, () => slow('127.0.0.4', get('/healthz'))),
        };
        groups.listeners = several(20, () => slow('127.0.0.5', get('/api/admin/demo/events', 'Accept: text/event-stream'), { read: false }));
        await Promise.all(open.map((c) => new Promise((done) => c.socket.once('connect', done))));
    });

    test('more than one address may open are closed at once, and nobody else is', async () => {
        const many = several(per_peer + 100, () => slow('127.0.0.6'));
        let closed = 0;
        for (const c of many) c.ended.then(() => closed++);
        await eventually(() => closed >= 100);
        assert.ok(closed < 100 + per_peer, 'those that were in time stay');
        many.forEach((c) => c.socket.destroy());
        assert.equal((await world.http('GET', '/healthz')).status, 200);
    });

    test('requests in a row on one connection are answered in their order', async () => {
        const n = 100;
        const row = several(n, (i) => lines(`GET /api/nowhere/${i} HTTP/1.1`, host(), '')).join('');
        const c = slow('127.0.0.7', row);
        await eventually(() => (c.text.match(/HTTP\/1\.1 404/g) ?? []).length === n);
        c.socket.end();
        await c.ended;
    });

    test('one that has said all it has to say is answered', async () => {
        const c = slow('127.0.0.7', lines('GET /healthz HTTP/1.1', host(), ''));
        c.socket.on('connect', () => c.socket.end());
        await eventually(() => assert.match(c.text, /^HTTP\/1\.1 200 /));
    });

    const limits = {
        'say nothing': head_ms,
        'send a head byte by byte': head_ms,
        'send a line of a head at a time': head_ms,
        'send a body byte by byte': grace_ms,
        'send a body in chunks of a byte': grace_ms,
        'upload a file byte by byte': grace_ms,
        'keep a connection after an answer': idle_ms,
    };
    for (const [what, limit_ms] of Object.entries(limits)) {
        test(`who ${what} is cut off after ${limit_ms / 1000} s`, async () => {
            const times = (await Promise.all(groups[what].map((c) => c.ended))).map((c) => c.took);
            assert.ok(times.every((t) => t > limit_ms * 0.8 && t < limit_ms + late_ms), `${Math.min(...times)} to ${Math.max(...times)} ms`);
        });
    }

    // Their end of the connection does not see that it is over before it reads, but the server's does.
    test(`who never reads is cut off after ${grace_ms / 1000} s, and their files are closed; who listens to events stays`, async () => {
        await eventually(() => files() <= before_.files + groups.listeners.length + 5, { timeout_ms: grace_ms + late_ms });
        const took = performance.now() - groups['never read a large answer'][0].begun;
        assert.ok(took < grace_ms + late_ms, `${took} ms`);
        assert.ok(files() >= before_.files + groups.listeners.length - 5);
    });

    test('everybody else was served meanwhile', async (t) => {
        await ordinary.stop();
        const sorted = ordinary.took.sort((a, b) => a - b).map(Math.round);
        const said = `${sorted.length} requests: ${sorted[sorted.length >> 1]} ms, ${sorted.slice(-5).join(', ')} ms at most`;
        t.diagnostic(said);
        assert.ok(sorted.length > 100 && sorted.at(-1) < most_ms, said);
        assert.ok(sorted[Math.floor(sorted.length * 0.99)] < answer_ms, said);
    });

    test('and the memory is bounded', (t) => {
        const [now, most] = [status('VmRSS'), status('VmHWM')];
        t.diagnostic(`${before_.memory} KiB before, ${now} KiB after, ${most} KiB at most`);
        // A sanitizer keeps what was freed.
        if (!sanitized) assert.ok(now - before_.memory < memory_kib, `${before_.memory} KiB became ${now} KiB`);
    });

    test('nothing of a half request was taken', async () => {
        const references = (await world.reservations()).map((r) => r.reference).filter((r) => !/^(R|OK)-/.test(r));
        assert.deepEqual(references, []);
        assert.equal((await world.all('/imports')).length, 1);
    });

    test('a stop does not wait for them', async () => {
        several(20, () => slow('127.0.0.8', 'GET /healthz HTTP/1.1\r\nX-Slow: ', { drip: 'a' }));
        const begun = performance.now();
        await world.server.stop();
        assert.ok(performance.now() - begun < (sanitized ? 25_000 : 15_000));
    });
});
