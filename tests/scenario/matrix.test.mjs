// Every address of the API with every kind of caller, made from the program's own table (selfkey routes): a new address
// is in here by itself.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import { eventually, program } from './lib/process.mjs';
import { day, message, openWorld, password } from './lib/world.mjs';

const routes = execFileSync(program, ['routes'], { encoding: 'utf8' }).trim().split('\n').map((line) => JSON.parse(line));
const roles = ['viewer', 'manager', 'owner']; // the more, the later
const ofHotel = routes.filter((r) => roles.includes(r.access));
const guarded = routes.filter((r) => r.access !== 'public');
const changing = guarded.filter((r) => r.method !== 'GET');
const nameOf = (route) => `${route.method} ${route.path}`;

let world;
const tokens = {};
const cookies = {};
const emails = { stranger: 'owner@other.example', operator: 'operator@example.org', owner: 'owner@example.org' };
const objects = {}; // of each hotel: what a {name} after a segment stands for, {integrations: id, …}

// Something of each kind, in a hotel; `skip` reservations before it, so that its numbers are not another's.
async function furnish(hotel, token, skip) {
    const call = async (method, path, body, options) => {
        const answer = await world.http(method, `/api/admin/${hotel}${path}`, { body, token, ...options });
        assert.ok(answer.status < 300, `${method} ${path}: ${answer.text}`);
        return answer.body;
    };
    const room = `R-${hotel}`.toUpperCase();
    for (const code of ['DBL', room]) await call('POST', '/rooms', { code, name: code, units: 9 });
    const open = { type: 'webhook', name: 'Engine', configuration: { verification: 'open', confirmOpen: true } };
    const integration = await call('POST', '/integrations', open);
    const sent = await world.http('POST', new URL(integration.webhookUrl).pathname, { body: message(`M-${hotel}`), token: null });
    assert.equal(sent.status, 200);
    for (let i = 0; i < skip; i++) await call('POST', '/integrations', open);
    const booked = await call('POST', '/reservations', message(`B-${hotel}`).data);
    const table = `reference,arrival,departure,roomType,total\nT,03/04/2027,05/04/2027,${room},1.00\n`;
    const csv = { raw: true, headers: { 'content-type': 'text/csv' } };
    const asking = await call('POST', '/imports?name=t.csv', table, csv);
    assert.equal(asking.status, 'asking');
    await eventually(async () => {
        const page = `/integrations/${integration.id}/messages/${sent.body.id}`;
        return (await call('GET', page)).result !== null;
    });
    objects[hotel] = {
        integrations: integration.id,
        messages: sent.body.id,
        reservations: booked.id,
        imports: asking.id,
        rooms: room,
        export: 'reservations',
    };
}

async function signIn(who) {
    const answer = await world.http('POST', '/api/login', { body: { email: emails[who], password }, token: null });
    assert.equal(answer.status, 200, answer.text);
    cookies[who] = answer.headers.get('set-cookie').split(';')[0];
}

before(async () => {
    world = await openWorld();
    await world.addHotel('other');
    tokens.owner = world.token;
    tokens.stranger = await world.addUser(emails.stranger, { hotel: 'other', role: 'owner' });
    tokens.operator = await world.addUser(emails.operator, {});
    for (const role of ['viewer', 'manager']) {
        emails[role] = `${role}@example.org`;
        tokens[role] = await world.addUser(emails[role], { hotel: 'demo', role });
    }
    await furnish('demo', tokens.owner, 0);
    await furnish('other', tokens.stranger, 40);
    for (const who of Object.keys(emails)) await signIn(who);
});
after(() => world?.close());

// Bodies with which an address gets as far as looking for what it names.
const bodies = {
    'PUT /api/admin/{hotel}/integrations/{id}': { name: 'Engine' },
    'POST /api/admin/{hotel}/integrations/{id}/replay': { since: '2026-01-01T00:00:00Z' },
    'PUT /api/admin/{hotel}/rooms/{code}': { name: 'Room', units: 9 },
    'POST /api/admin/{hotel}/imports/{id}': { set: { dates: 'dmy' } },
};

// The route's address in a hotel, its names filled in from `of` by the segment before them.
function address(route, hotel, of = objects.demo) {
    const segments = route.path.split('/');
    return segments.map((s, i) => (s === '{hotel}' ? hotel : s.startsWith('{') ? (of[segments[i - 1]] ?? '1') : s)).join('/');
}

// Calls a route as it wants to be called: {who} by bearer token or by {cookie}, below {hotel}.
function call(route, { who, cookie = false, hotel = 'demo', of, method = route.method, headers = {}, type } = {}) {
    const types = { json: 'application/json', 'json-optional': 'application/json', file: 'text/csv', raw: 'application/json' };
    const sends = route.body !== 'none' && method !== 'HEAD';
    const all = { ...headers };
    if (sends) all['content-type'] = type ?? types[route.body] ?? 'application/x-www-form-urlencoded';
    if (cookie) all.cookie = cookies[who];
    return world.http(method, address(route, hotel, of), {
        body: sends ? JSON.stringify(bodies[nameOf(route)] ?? {}) : undefined,
        raw: true,
        token: who && !cookie ? tokens[who] : null,
        headers: all,
    });
}

const ours = () => ({ origin: world.server.url, 'sec-fetch-site': 'same-origin' });

// What an answer says, less what is new in every answer.
function said(answer) {
    const { instance, ...rest } = answer.body ?? {};
    const headers = [...answer.headers].filter(([name]) => !['date', 'x-request-id'].includes(name));
    return { status: answer.status, rest, headers, length: answer.text.length, instance: typeof instance };
}

async function likeNowhere(route, options) {
    const here = said(await call(route, options));
    assert.equal(here.status, 404, JSON.stringify(here));
    assert.deepEqual(here, said(await call(route, { ...options, hotel: 'nowhere' })));
}

// Everything that a caller without the right to change it could have changed.
async function state() {
    const lists = ['/integrations', '/rooms', '/reservations', '/mappings', '/imports'].map((path) => world.all(path));
    const logs = world.all(`/integrations/${objects.demo.integrations}/logs`);
    return JSON.stringify(await Promise.all([...lists, logs, world.api('GET', '/calendar')]));
}

describe('the table', () => {
    test('is the whole of it: what it does not have is not there', async () => {
        assert.ok(routes.length > 40);
        for (const path of ['/api/admin/demo/users', '/api/users', '/api/admin', '/debug', '/metrics', '/.git/config']) {
            const answer = await world.http('GET', path);
            assert.equal(answer.status, 404, path);
        }
    });

    test('has nothing public of a hotel, and nothing that changes a hotel for viewers', () => {
        for (const r of routes) {
            assert.equal(r.path.startsWith('/api/admin/{hotel}/'), ofHotel.includes(r), nameOf(r));
            assert.ok(r.method === 'GET' || r.access !== 'viewer', nameOf(r));
        }
    });
});

describe('nobody', () => {
    let before_;
    before(async () => (before_ = await state()));
    for (const route of guarded) {
        test(`${nameOf(route)}: 401`, async () => {
            const bad = tokens.owner.replace(/.{3}$/, 'zzz');
            const attempts = [
                {},
                { headers: { authorization: `Bearer ${bad}` } },
                { headers: { authorization: `Bearer ${tokens.owner}x` } },
                { headers: { authorization: `Basic ${Buffer.from(`${emails.owner}:${password}`).toString('base64')}` } },
                { headers: { cookie: `${cookies.owner}x`, ...ours() } },
                { headers: { cookie: cookies.owner.replace('_local', ''), ...ours() } },
            ];
            for (const attempt of attempts) {
                const answer = await call(route, attempt);
                assert.equal(answer.status, 401, `${JSON.stringify(attempt)}: ${answer.text}`);
                assert.equal(answer.body.code, 'unauthenticated');
            }
            if (route.method === 'GET') assert.equal((await call(route, { method: 'HEAD' })).status, 401);
        });
    }
    for (const route of routes.filter((r) => r.access === 'public' && r.method === 'GET')) {
        test(`${nameOf(route)} is for anybody`, async () => assert.ok(![401, 403].includes((await call(route)).status)));
    }
    test('and changed nothing', async () => assert.equal(await state(), before_));
});

describe('a stranger, and an operator who is no member: 404, as if there were no such hotel', () => {
    let before_;
    before(async () => (before_ = await state()));
    for (const route of ofHotel) {
        test(nameOf(route), async () => {
            for (const who of ['stranger', 'operator']) {
                await likeNowhere(route, { who });
                await likeNowhere(route, { who, cookie: true, headers: ours() });
                if (route.method === 'GET') await likeNowhere(route, { who, method: 'HEAD' });
            }
        });
    }
    test('and changed nothing', async () => assert.equal(await state(), before_));
});

describe('too low a role: 403', () => {
    let before_;
    before(async () => (before_ = await state()));
    for (const route of ofHotel) {
        for (const role of roles.slice(0, roles.indexOf(route.access))) {
            test(`${nameOf(route)} as ${role}`, async () => {
                for (const options of [{ who: role }, { who: role, cookie: true, headers: ours() }]) {
                    const answer = await call(route, options);
                    assert.equal(answer.status, 403, answer.text);
                    assert.equal(answer.body.code, 'forbidden');
                }
            });
        }
    }
    for (const route of routes.filter((r) => r.access === 'operator')) {
        test(`${nameOf(route)} as owner of a hotel`, async () => {
            assert.equal((await call(route, { who: 'owner' })).status, 403);
        });
    }
    test('and changed nothing', async () => assert.equal(await state(), before_));
});

describe('a page of another site, with the cookie of one who may', () => {
    let before_;
    before(async () => (before_ = await state()));
    const foreign = {
        'another origin': { origin: 'https://evil.example' },
        'a neighbour of ours': { origin: 'http://127.0.0.1:1', 'sec-fetch-site': 'same-site' },
        'another site that hides its origin': { origin: 'null', 'sec-fetch-site': 'cross-site' },
        'no origin at all, as an old browser': { type: 'text/plain' },
        'the form of another site': { type: 'application/x-www-form-urlencoded', 'sec-fetch-site': 'cross-site' },
    };
    for (const route of changing) {
        test(nameOf(route), async () => {
            for (const [what, { type, ...headers }] of Object.entries(foreign)) {
                const answer = await call(route, { who: 'owner', cookie: true, headers, type });
                assert.ok([403, 415].includes(answer.status), `${what}: ${answer.status} ${answer.text}`);
            }
        });
    }
    test('and changed nothing; the session goes on', async () => {
        assert.equal(await state(), before_);
        const me = await world.http('GET', '/api/me', { token: null, headers: { cookie: cookies.owner } });
        assert.equal(me.status, 200);
    });
});

describe("another hotel's things below one's own hotel: 404", () => {
    const named = ofHotel.filter((r) => /\{(?!hotel)\w+\}/.test(r.path) && !r.path.includes('/export/'));
    for (const route of named) {
        test(nameOf(route), async () => {
            const answer = await call(route, { who: 'owner', of: objects.other });
            assert.equal(answer.status, 404, answer.text);
            const mixed = { ...objects.other, integrations: objects.demo.integrations };
            if (route.path.includes('/messages/')) {
                assert.equal((await call(route, { who: 'owner', of: mixed })).status, 404, "another's message, one's own integration");
            }
        });
    }

    test('nor by a name inside of a request', async () => {
        const integration = objects.other.integrations;
        const asked = [
            ['POST', '/mappings', { integrationId: integration, remote: 'Double', roomType: objects.demo.rooms }],
            ['POST', '/mappings', { integrationId: null, remote: 'Double', roomType: objects.other.rooms }],
            ['PUT', '/stock', { roomType: objects.other.rooms, from: day(1), to: day(2), physical: 1 }],
        ];
        for (const [method, path, body] of asked) {
            const answer = await world.http(method, `/api/admin/demo${path}`, { body });
            assert.ok([400, 404].includes(answer.status), `${path}: ${answer.status} ${answer.text}`);
        }
        const query = `/api/admin/demo/imports?name=x.csv&integration=${integration}`;
        const file = { body: 'reference,arrival\n', raw: true, headers: { 'content-type': 'text/csv' } };
        assert.equal((await world.http('POST', query, file)).status, 404);
    });

    test('nor by the address of a webhook', async () => {
        const { integrations } = objects.other;
        const answer = await world.http('POST', `/api/webhooks/integrations/demo/${integrations}`, { body: message('X'), token: null });
        assert.equal(answer.status, 404, answer.text);
    });

    test('and the other hotel is as it was', async () => {
        const listed = await world.http('GET', '/api/admin/other/reservations', { token: tokens.stranger });
        assert.deepEqual(listed.body.data.map((r) => r.reference).sort(), ['B-other', 'M-other']);
    });
});

// Last, for it changes what it may.
describe('who may, is let through', () => {
    // A DELETE takes something of its own with it.
    async function expendable(route) {
        if (route.method !== 'DELETE') return objects.demo;
        const made = await world.addWebhook({ verification: 'open', confirmOpen: true }, 'To be deleted');
        return { ...objects.demo, integrations: made.id };
    }

    for (const route of ofHotel) {
        for (const role of roles.slice(roles.indexOf(route.access))) {
            test(`${nameOf(route)} as ${role}`, async () => {
                for (const options of [{ who: role }, { who: role, cookie: true, headers: ours() }]) {
                    const answer = await call(route, { ...options, of: await expendable(route) });
                    assert.ok(![401, 403, 405, 415].includes(answer.status) && answer.status < 500, `${answer.status} ${answer.text}`);
                    const nowhere = await call(route, { ...options, hotel: 'nowhere' });
                    assert.notDeepEqual(said(answer), said(nowhere), 'the hotel is there');
                }
            });
        }
    }
    for (const route of routes.filter((r) => ['session', 'operator'].includes(r.access))) {
        for (const who of route.access === 'operator' ? ['operator'] : ['viewer', 'stranger', 'operator']) {
            test(`${nameOf(route)} as ${who}`, async () => {
                for (const options of [{ who }, { who, cookie: true, headers: ours() }]) {
                    const answer = await call(route, options);
                    assert.ok(answer.status < 300, `${answer.status} ${answer.text}`);
                    await signIn(who); // it may have been the end of a session
                }
            });
        }
    }
});
