// Bad input is named with pointer and reason, wherever it comes in, and nothing partial is stored.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { eventually } from './lib/process.mjs';
import { day, message, openWorld } from './lib/world.mjs';

let world;
before(async () => {
    world = await openWorld();
    await world.addRoom('DBL', 5);
});
after(() => world?.close());

const post = (body, headers = {}) =>
    world.http('POST', '/api/admin/demo/reservations', {
        body,
        raw: true,
        headers: { 'content-type': 'application/json', ...headers },
    });

function problem(answer, status, pointer) {
    assert.equal(answer.status, status, answer.text);
    assert.match(answer.headers.get('content-type'), /^application\/problem\+json/);
    if (pointer === undefined) return;
    assert.equal(answer.body.errors[0].pointer, pointer, answer.text);
    assert.ok(answer.body.errors[0].detail.length > 5, answer.text);
}

// A reservation with one thing wrong.
function broken(change) {
    const { data } = message('BROKEN');
    change(data);
    return data;
}

const stay = (change) => broken((d) => Object.assign(d.rooms[0], change));

const cases = {
    'departure on the day of arrival': [stay({ departure: day(30) }), '/rooms/0/departure'],
    'departure before arrival': [stay({ departure: day(29) }), '/rooms/0/departure'],
    '30 February': [stay({ arrival: '2028-02-30' }), '/rooms/0/arrival'],
    'a date that is none': [stay({ arrival: 'tomorrow' }), '/rooms/0/arrival'],
    'an unknown currency': [broken((d) => (d.currency = 'EURO')), '/currency'],
    'negative money': [broken((d) => (d.totalAmount = '-1.00')), '/totalAmount'],
    'money finer than the currency': [broken((d) => (d.totalAmount = '1.001')), '/totalAmount'],
    'money that is a word': [broken((d) => (d.totalAmount = 'a lot')), '/totalAmount'],
    'a number where a text belongs': [broken((d) => (d.guest.lastName = 7)), '/guest/lastName'],
    'a text where a number belongs': [stay({ adults: 'two' }), '/rooms/0/adults'],
    'a list where an object belongs': [broken((d) => (d.guest = [])), '/guest'],
    'a member nobody knows': [broken((d) => (d.colour = 'blue')), '/colour'],
    'a status nobody knows': [broken((d) => (d.status = 'maybe')), '/status'],
    'no reference': [broken((d) => delete d.reference), '/reference'],
    'a name without end': [broken((d) => (d.guest.lastName = 'x'.repeat(5000))), '/guest/lastName'],
};

describe('a reservation by the API', () => {
    for (const [what, [body, pointer]] of Object.entries(cases)) {
        test(what, async () => problem(await post(JSON.stringify(body)), 400, pointer));
    }

    const good = JSON.stringify(message('RAW').data);
    const malformed = {
        'a body cut short': good.slice(0, -10),
        'two values': `${good}${good}`,
        'a comma too many': good.replace('}', ',}'),
        'an empty body': '',
        'a NUL': good.replace('Zoë', 'Zo\\u0000'),
        'a bare NUL byte': good.replace('Zoë', 'Zo\0'),
        'a name twice': good.replace('{', '{"reference":"X",'),
        'half a surrogate pair': good.replace('Zoë', '\\ud800'),
        'invalid UTF-8': Buffer.concat([Buffer.from(good.slice(0, 15)), Buffer.from([0xc3, 0x28]), Buffer.from(good.slice(15))]),
        'a hundred levels': '['.repeat(100) + ']'.repeat(100),
        'a number as JSON has none': good.replace('"412.50"', '0x10'),
    };
    for (const [what, body] of Object.entries(malformed)) {
        test(what, async () => problem(await post(body), 400));
    }

    test('a body of more than a megabyte is 413', async () => {
        const big = JSON.stringify({ ...message('BIG').data, notes: 'x'.repeat(1_100_000) });
        problem(await post(big), 413);
    });

    test('another content type is refused', async () => {
        const answer = await post('reference=1', { 'content-type': 'application/x-www-form-urlencoded' });
        assert.ok(answer.status >= 400 && answer.status < 500, answer.text);
    });

    test('a NUL or invalid UTF-8 in the address', async () => {
        for (const path of ['/api/admin/demo/reservations/%00', '/api/admin/demo/rooms?cursor=%ff%fe', '/api/admin/%00']) {
            const answer = await world.http('GET', path);
            assert.ok([400, 404].includes(answer.status), `${path}: ${answer.text}`);
        }
    });

    test('a limit or cursor that is none', async () => {
        for (const query of ['limit=0', 'limit=201', 'limit=x', 'cursor=!!']) {
            problem(await world.http('GET', `/api/admin/demo/reservations?${query}`), 400);
        }
    });

    test('unknown addresses and methods', async () => {
        problem(await world.http('GET', '/api/nowhere'), 404);
        const method = await world.http('PATCH', '/api/admin/demo/rooms', { body: {} });
        assert.ok([404, 405].includes(method.status), method.text);
    });

    test('and nothing of it was stored', async () => {
        assert.deepEqual(await world.reservations(), []);
    });

    test('one that oversells is 409', async () => {
        await world.addRoom('ONE', 1);
        const rooms = [{ reference: '1', roomType: 'ONE', arrival: day(50), departure: day(51), adults: 1 }];
        const first = await post(JSON.stringify(message('SELL-1', { rooms }).data));
        assert.equal(first.status, 201, first.text);
        problem(await post(JSON.stringify(message('SELL-2', { rooms }).data)), 409);
        assert.deepEqual((await world.reservations()).map((r) => r.reference), ['SELL-1']);
    });
});

describe('by webhook', () => {
    test('what cannot be decoded is kept, answered 200, and shown as failed with its pointer', async () => {
        const integration = await world.addWebhook({ verification: 'open', confirmOpen: true }, 'Sends nonsense');
        const path = new URL(integration.webhookUrl).pathname;
        const bad = message('NONSENSE', { currency: 'EURO' });
        const answer = await world.http('POST', path, { body: bad, token: null });
        assert.equal(answer.status, 200, answer.text);
        const one = `/integrations/${integration.id}/messages/${answer.body.id}`;
        const { result } = await eventually(async () => {
            const found = await world.api('GET', one);
            return found.result !== null && found;
        });
        assert.equal(result.outcome, 'failed');
        assert.equal(result.pointer, '/data/currency');
        assert.ok(!(await world.reservations()).some((r) => r.reference === 'NONSENSE'));
    });

    test('a body that is too large is refused', async () => {
        const integration = await world.addWebhook({ verification: 'open', confirmOpen: true }, 'Sends much');
        const answer = await world.http('POST', new URL(integration.webhookUrl).pathname, {
            body: 'x'.repeat(1_100_000),
            raw: true,
            token: null,
        });
        assert.equal(answer.status, 413, answer.text);
    });
});
