// Requests that two programs in a row could read differently, and requests that are too large.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { exchange } from './lib/raw.mjs';
import { openWorld } from './lib/world.mjs';

let world;
before(async () => {
    world = await openWorld();
});
after(() => world?.close());

const send = (bytes, options) => exchange(world.server.port, bytes, options);
const host = () => `Host: 127.0.0.1:${world.server.port}\r\n`;
const smuggled = 'GET /healthz?smuggled HTTP/1.1\r\nHost: x\r\n\r\n';

const forms = {
    'Content-Length with Transfer-Encoding': () =>
        `POST /api/login HTTP/1.1\r\n${host()}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
    'Transfer-Encoding with Content-Length': () =>
        `POST /api/login HTTP/1.1\r\n${host()}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n${smuggled}`,
    'two Content-Lengths that differ': () =>
        `POST /api/login HTTP/1.1\r\n${host()}Content-Length: 2\r\nContent-Length: 40\r\n\r\n{}${smuggled}`,
    'two Content-Lengths that agree': () =>
        `POST /api/login HTTP/1.1\r\n${host()}Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}`,
    'a list as Content-Length': () => `POST /api/login HTTP/1.1\r\n${host()}Content-Length: 2, 2\r\n\r\n{}`,
    'a sign in Content-Length': () => `POST /api/login HTTP/1.1\r\n${host()}Content-Length: +2\r\n\r\n{}`,
    'a transfer encoding other than chunked': () =>
        `POST /api/login HTTP/1.1\r\n${host()}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`,
    'two transfer encodings': () =>
        `POST /api/login HTTP/1.1\r\n${host()}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`,
    'a space before the colon': () => `GET /healthz HTTP/1.1\r\n${host()}X-A : 1\r\n\r\n`,
    'a folded header': () => `GET /healthz HTTP/1.1\r\n${host()}X-A: 1\r\n 2\r\n\r\n`,
    'a NUL in the address': () => `GET /healthz\0x HTTP/1.1\r\n${host()}\r\n`,
    'an escaped NUL in the address': () => `GET /healthz%00 HTTP/1.1\r\n${host()}\r\n`,
    'a NUL in a header': () => `GET /healthz HTTP/1.1\r\n${host()}X-A: 1\0 2\r\n\r\n`,
    'no host': () => 'GET /healthz HTTP/1.1\r\n\r\n',
    'two hosts': () => `GET /healthz HTTP/1.1\r\n${host()}Host: evil.example\r\n\r\n`,
    'a chunk size that is none': () =>
        `POST /api/login HTTP/1.1\r\n${host()}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`,
};

describe('forms of smuggling', () => {
    for (const [what, bytes] of Object.entries(forms)) {
        test(`${what} is refused, and nothing after it is answered`, async () => {
            const { statuses, text } = await send(bytes());
            // The library says some of its own refusals twice before it closes.
            assert.ok(statuses.length <= 2, text);
            for (const status of statuses) assert.ok(status >= 400 && ![401, 404].includes(status), text);
        });
    }

    test('a proper request is answered, and so is the next on its connection', async () => {
        const one = `GET /healthz HTTP/1.1\r\n${host()}\r\n`;
        const { statuses } = await send([one + one], { answers: 2 });
        assert.deepEqual(statuses, [200, 200]);
    });
});

describe('requests that are too large', () => {
    test('headers of more than 32 KiB', async () => {
        const { statuses, text } = await send(`GET /healthz HTTP/1.1\r\n${host()}X-A: ${'a'.repeat(100_000)}\r\n\r\n`);
        assert.ok(!statuses.includes(200), text);
    });

    test('a body that is announced too large is refused before it is sent', async () => {
        const { statuses } = await send(`POST /api/login HTTP/1.1\r\n${host()}Content-Type: application/json\r\nContent-Length: 99999999\r\n\r\n`, {
            answers: 1,
        });
        assert.deepEqual(statuses, [413]);
    });
});
