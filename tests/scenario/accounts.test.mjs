// Who may do what: first start, log in and out, cookies, tokens, roles, and the hotel next door.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { request } from 'node:https';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Server, command, eventually, freePort, temporaryFolder } from './lib/process.mjs';
import { openWorld, password } from './lib/world.mjs';

let world;
const tokens = {};
before(async () => {
    world = await openWorld();
    await world.addHotel('other');
    tokens.owner = world.token;
    tokens.manager = await world.addUser('manager@example.org', { hotel: 'demo', role: 'manager' });
    tokens.viewer = await world.addUser('viewer@example.org', { hotel: 'demo', role: 'viewer' });
    tokens.stranger = await world.addUser('owner@other.example', { hotel: 'other', role: 'owner' });
    tokens.operator = await world.addUser('operator@example.org', {});
});
after(() => world?.close());

const login = (email, secret, headers = {}) =>
    world.http('POST', '/api/login', { body: { email, password: secret }, token: null, headers });

// "name=value" of the cookie that an answer sets.
const cookieOf = (answer) => (answer.headers.get('set-cookie') ?? '').split(';')[0];

describe('the first start', () => {
    test('without a user, the server prints a link that sets one up, once', async () => {
        const folder = temporaryFolder();
        const server = await Server.start(folder.path);
        try {
            await eventually(() => /https?:\/\/\S*\/setup\?token=\S+/.test(server.log));
            const [, token] = /\/setup\?token=(\S+)/.exec(server.log);
            const body = JSON.stringify({
                email: 'first@example.org',
                password,
                language: 'fr',
                hotel: { slug: 'first', name: 'Hôtel Premier', timezone: 'Europe/Paris', currency: 'EUR' },
            });
            const setUp = (key) =>
                fetch(`${server.url}/api/setup?token=${key}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
            assert.equal((await setUp(token.replace(/.{6}$/, 'zzzzzz'))).status, 401);
            assert.equal((await setUp(token)).status, 201);
            assert.notEqual((await setUp(token)).status, 201, 'the link works once');
        } finally {
            await server.stop();
            folder.remove();
        }
    });

    test('plain HTTP on another address than loopback is refused', async () => {
        const folder = temporaryFolder();
        const out = await command(['serve', '--data', folder.path, '--listen', `0.0.0.0:${await freePort()}`]);
        folder.remove();
        assert.notEqual(out.status, 0);
        assert.match(out.stderr.trim().split('\n').at(-1), /loopback|127\.0\.0\.1/);
    });
});

describe('logging in', () => {
    test('sets a cookie that is HttpOnly and SameSite, and works', async () => {
        const answer = await login('owner@example.org', password);
        assert.ok(answer.status < 300, answer.text);
        const cookie = answer.headers.get('set-cookie');
        assert.match(cookie, /;\s*HttpOnly/i);
        assert.match(cookie, /;\s*SameSite=(Lax|Strict)/i);
        assert.ok(!/^__Host-/.test(cookie), 'a browser would not keep a __Host- cookie over plain HTTP');
        const me = await world.http('GET', '/api/me', { token: null, headers: { cookie: cookieOf(answer) } });
        assert.equal(me.status, 200, me.text);
        assert.ok(me.text.includes('owner@example.org'));
    });

    test('logging out ends the session', async () => {
        const cookie = cookieOf(await login('owner@example.org', password));
        const headers = { cookie, origin: world.server.url };
        const out = await world.http('POST', '/api/logout', { token: null, headers });
        assert.ok(out.status < 300, out.text);
        const me = await world.http('GET', '/api/me', { token: null, headers: { cookie } });
        assert.equal(me.status, 401);
    });

    test('a wrong password and an unknown user look the same', async () => {
        const wrong = await login('viewer@example.org', 'not the password at all');
        const unknown = await login('nobody@example.org', 'not the password at all');
        assert.equal(wrong.status, 401);
        assert.equal(unknown.status, 401);
        assert.equal(wrong.text, unknown.text);
    });

    test('a form on another site cannot use the cookie', async () => {
        const cookie = cookieOf(await login('owner@example.org', password));
        const foreign = { cookie, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
        const answer = await world.http('POST', '/api/admin/demo/rooms', {
            body: { code: 'CSRF', name: 'x', units: 1 },
            token: null,
            headers: foreign,
        });
        assert.equal(answer.status, 403, answer.text);
    });
});

describe('over TLS', () => {
    // {status, headers} of a request whose certificate nobody vouches for.
    const secure = (server, method, path, body, headers) =>
        new Promise((done, fail) => {
            const options = { method, rejectUnauthorized: false, headers: { 'content-type': 'application/json', ...headers } };
            const call = request(server.url + path, options, (answer) => {
                answer.resume();
                answer.on('end', () => done({ status: answer.statusCode, headers: answer.headers }));
            });
            call.on('error', fail);
            call.end(body);
        });

    test('the cookie is a Secure __Host- one', async () => {
        const folder = temporaryFolder();
        const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(folder.path, name));
        execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj',
            '/CN=localhost', '-days', '2', '-keyout', key, '-out', cert], { stdio: 'pipe' });
        const args = ['--tls-cert', cert, '--tls-key', key];
        const server = await Server.start(world.data, { args });
        try {
            const body = JSON.stringify({ email: 'viewer@example.org', password });
            const answer = await secure(server, 'POST', '/api/login', body);
            assert.ok(answer.status < 300, String(answer.status));
            const [cookie] = answer.headers['set-cookie'];
            assert.match(cookie, /^__Host-/);
            assert.match(cookie, /;\s*Secure/i);
            assert.match(cookie, /;\s*Path=\/(;|$)/i);
            const me = await secure(server, 'GET', '/api/me', undefined, { cookie: cookie.split(';')[0] });
            assert.equal(me.status, 200);
        } finally {
            await server.stop();
            folder.remove();
        }
    });
});

describe('roles', () => {
    const as = (role, method, path, body) =>
        world.http(method, `/api/admin/demo${path}`, { body, token: role && tokens[role] }).then((a) => a.status);

    test('nothing without authentication', async () => {
        for (const path of ['/integrations', '/reservations', '/guests', '/rooms', '/integration-types', '/nowhere']) {
            assert.equal(await as(null, 'GET', path), 401, path);
        }
        assert.equal((await world.http('GET', '/api/me', { token: null })).status, 401);
        assert.equal((await world.http('GET', '/api/me', { token: 'sk_not_a_token' })).status, 401);
    });

    test('health needs none', async () => {
        for (const path of ['/healthz', '/readyz']) {
            assert.equal((await world.http('GET', path, { token: null })).status, 200, path);
        }
    });

    test('a viewer reads and does not write', async () => {
        assert.equal(await as('viewer', 'GET', '/reservations'), 200);
        assert.equal(await as('viewer', 'POST', '/rooms', { code: 'NO', name: 'No', units: 1 }), 403);
        assert.equal(await as('viewer', 'POST', '/integrations', { type: 'webhook', name: 'x', configuration: {} }), 403);
    });

    test('an owner and a manager write', async () => {
        assert.equal(await as('owner', 'POST', '/rooms', { code: 'A', name: 'A', units: 1 }), 201);
        assert.equal(await as('manager', 'POST', '/rooms', { code: 'B', name: 'B', units: 1 }), 201);
    });

    test("the operator sees no hotel's data", async () => {
        assert.ok([403, 404].includes(await as('operator', 'GET', '/reservations')));
    });

    test("another hotel's everything is 404, like what does not exist", async () => {
        const mine = await world.addWebhook({ verification: 'open', confirmOpen: true }, 'Mine');
        for (const path of ['/reservations', '/rooms', `/integrations/${mine.id}`, '/integration-types']) {
            assert.equal(await as('stranger', 'GET', path), 404, path);
        }
        assert.equal(await as('stranger', 'DELETE', `/integrations/${mine.id}`), 404);
        const through = await world.http('GET', `/api/admin/other/integrations/${mine.id}`, { token: tokens.stranger });
        assert.equal(through.status, 404, 'not through its own hotel either');
        const nowhere = await world.http('GET', '/api/admin/nowhere/rooms', { token: tokens.stranger });
        assert.equal(nowhere.status, 404);
    });
});

describe('by command line', () => {
    test('a password that is too short is refused, and a hotel that exists', async () => {
        const short = await world.run(['user', 'add', 'x@example.org', '--hotel', 'demo', '--role', 'viewer'], {
            stdin: 'short',
            status: 1,
        });
        assert.match(short.stderr, /12/);
        await world.run(['hotel', 'add', 'demo', '--name', 'Again', '--timezone', 'Europe/Paris', '--currency', 'EUR'], { status: 1 });
    });

    test('unknown zones, currencies, roles and options are refused', async () => {
        const add = (zone, currency) => ['hotel', 'add', 'x', '--name', 'X', '--timezone', zone, '--currency', currency];
        await world.run(add('Europe/Atlantis', 'EUR'), { status: 1 });
        await world.run(add('Europe/Paris', 'EURO'), { status: 1 });
        for (const args of [['hotel', 'add'], ['hotel', 'frobnicate'], ['nonsense'], ['hotel', 'list', '--nonsense']]) {
            const out = await world.run(args, { status: 2 });
            assert.ok(out.stderr.length > 0, args.join(' '));
        }
    });
});

// Last, because the delay is for the client too, and the stories above share it.
describe('guessing', () => {
    test('is slowed down', async () => {
        const statuses = [];
        for (let i = 0; i < 12 && statuses.at(-1) !== 429; i++) {
            statuses.push((await login('manager@example.org', `guess number ${i} of many`)).status);
        }
        assert.equal(statuses.at(-1), 429, statuses.join(' '));
    });
});
