// Webhooks signed by the libraries that senders use: taken, refused when tampered with, applied once.
import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { eventually } from './lib/process.mjs';
import { signers } from './lib/sign.mjs';
import { day, message, openWorld } from './lib/world.mjs';

let world;
before(async () => {
    world = await openWorld();
    await world.addRoom('DBL', 5);
});
after(() => world?.close());

const bytes = (value) => (typeof value === 'string' ? value : JSON.stringify(value));

// Where an integration's webhooks go, on this server.
const address = (integration) => {
    const url = new URL(integration.webhookUrl);
    return url.pathname + url.search;
};

function deliver(integration, body, headers = {}) {
    return world.http('POST', address(integration), {
        body: bytes(body),
        headers: { 'content-type': 'application/json', ...headers },
        raw: true,
        token: null,
    });
}

function refused(answer, status = 401) {
    assert.equal(answer.status, status, answer.text);
    assert.match(answer.headers.get('content-type'), /^application\/problem\+json/);
    assert.equal(typeof answer.body.code, 'string');
}

function taken(answer) {
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.body.received, true);
    assert.ok(answer.body.id);
}

// What a thief on the line could change, for every preset: none of it may pass.
async function tamperings(integration, preset, secret) {
    const reference = `BAD-${preset}`;
    const body = bytes(message(reference));
    const signed = await signers[preset](secret, body);
    const cases = { 'one byte of the body': [body.replace('Zoë', 'Zoe'), signed], 'white space in the body': [`${body} `, signed] };
    for (const name of Object.keys(signed)) {
        if (name === 'x-github-delivery') continue; // GitHub signs the body alone
        const { [name]: value, ...without } = signed;
        cases[`without ${name}`] = [body, without];
        const at = value.length - (value.length > 20 ? 8 : 1); // of a signature, a digit whose every bit counts
        const changed = value.slice(0, at) + (value[at] === '0' ? '1' : '0') + value.slice(at + 1);
        cases[`a changed ${name}`] = [body, { ...without, [name]: changed }];
        cases[`an empty ${name}`] = [body, { ...without, [name]: '' }];
    }
    cases['another secret'] = [body, await signers[preset](other(preset), body)];
    if (preset !== 'github') {
        cases['ten minutes old'] = [body, await signers[preset](secret, body, { at: new Date(Date.now() - 600_000) })];
        cases['ten minutes ahead'] = [body, await signers[preset](secret, body, { at: new Date(Date.now() + 600_000) })];
    }
    for (const [what, [payload, headers]] of Object.entries(cases)) {
        const answer = await deliver(integration, payload, headers);
        assert.equal(answer.status, 401, `${preset}, ${what}: ${answer.status} ${answer.text}`);
        refused(answer);
    }
    return reference;
}

const other = (preset) =>
    preset === 'standard' ? `whsec_${randomBytes(24).toString('base64')}` : randomBytes(24).toString('hex');

for (const preset of ['standard', 'stripe', 'github']) {
    describe(`signed with the ${preset} preset`, () => {
        let integration;
        let secret;
        before(async () => {
            integration = await world.addWebhook({ verification: 'signed', preset }, `Signed ${preset}`);
            secret = integration.configuration.secret;
        });

        test('the generated secret is shown at creation, and masked ever after', async () => {
            assert.match(secret, /^\S{24,}$/);
            const { configuration } = await world.api('GET', `/integrations/${integration.id}`);
            assert.equal(configuration.secret, '********');
        });

        test('what the library signs is taken and applied', async () => {
            const reference = `GOOD-${preset}`;
            const body = bytes(message(reference));
            taken(await deliver(integration, body, await signers[preset](secret, body)));
            const found = await world.reservation(reference);
            assert.equal(found.status, 'confirmed');
            assert.equal(found.totalAmount, '412.50');
            assert.equal(found.guest.firstName, 'Zoë');
            assert.equal(found.rooms[0].arrival, day(30));
        });

        test('each tampering is refused and changes nothing', async () => {
            const reference = await tamperings(integration, preset, secret);
            assert.ok(!(await world.reservations()).some((r) => r.reference === reference));
        });

        test('the same message again is answered 200 and changes nothing', async () => {
            const body = bytes(message(`TWICE-${preset}`));
            const headers = await signers[preset](secret, body);
            taken(await deliver(integration, body, headers));
            await world.reservation(`TWICE-${preset}`);
            const sold = await soldOn(day(30));
            taken(await deliver(integration, body, headers));
            taken(await deliver(integration, body, await signers[preset](secret, body)));
            await settled(integration);
            assert.equal(await soldOn(day(30)), sold);
            assert.equal((await world.reservations()).filter((r) => r.reference === `TWICE-${preset}`).length, 1);
        });
    });
}

const soldOn = async (date, room) => (await world.night(date, room)).sold;

// A later message that is through tells that the ones before it are: they are applied in order.
async function settled(integration) {
    const reference = `LAST-${randomBytes(6).toString('hex')}`;
    const body = bytes(message(reference, { status: 'inquiry' }));
    const preset = integration.configuration.preset;
    const secret = integration.configuration.secret;
    taken(await deliver(integration, body, preset && secret ? await signers[preset](secret, body) : {}));
    await world.reservation(reference);
}

describe('another way of signing, described', () => {
    test('an HMAC over time, method and body, in base64 behind a prefix', async () => {
        const secret = 'a secret that the sender has shown';
        const integration = await world.addWebhook(
            {
                verification: 'signed',
                preset: 'hmac',
                secret,
                header: 'X-Hotel-Signature',
                hash: 'sha512',
                encoding: 'base64',
                prefix: 'v1=',
                template: '{timestamp}:{method}:{body}',
                timestampHeader: 'X-Hotel-Time',
            },
            'Described',
        );
        const sign = (body, at = Date.now()) => {
            const time = String(Math.floor(at / 1000));
            const mac = createHmac('sha512', secret).update(`${time}:POST:${body}`).digest('base64');
            return { 'x-hotel-time': time, 'x-hotel-signature': `v1=${mac}` };
        };
        const body = bytes(message('HMAC-1'));
        taken(await deliver(integration, body, sign(body)));
        await world.reservation('HMAC-1');
        const bad = bytes(message('HMAC-2'));
        refused(await deliver(integration, bad, sign(body)));
        refused(await deliver(integration, bad, sign(bad, Date.now() - 600_000)));
        refused(await deliver(integration, bad, { ...sign(bad), 'x-hotel-time': String(Math.floor(Date.now() / 1000) + 60) }));
        assert.ok(!(await world.reservations()).some((r) => r.reference === 'HMAC-2'));
    });
});

describe('changing a secret without a gap', () => {
    test('the old one is good while it is listed, and no longer', async () => {
        const integration = await world.addWebhook({ verification: 'signed', preset: 'standard' }, 'Rotated');
        const before_ = integration.configuration.secret;
        const after_ = other('standard');
        const set = (configuration) => world.api('PUT', `/integrations/${integration.id}`, { configuration });
        const send = async (reference, secret) => {
            const body = bytes(message(reference));
            return deliver(integration, body, signers.standard(secret, body));
        };
        await set({ secret: after_, secrets: [before_] });
        taken(await send('ROTATE-1', before_));
        taken(await send('ROTATE-2', after_));
        await set({ secrets: null });
        refused(await send('ROTATE-3', before_));
        taken(await send('ROTATE-4', after_));
        await world.reservation('ROTATE-4');
        assert.ok(!(await world.reservations()).some((r) => r.reference === 'ROTATE-3'));
    });
});

describe('sources without a signature', () => {
    test('url_token: the address is the secret, and a changed one is refused', async () => {
        const integration = await world.addWebhook({ verification: 'url_token' }, 'By address');
        taken(await deliver(integration, message('TOKEN-1')));
        await world.reservation('TOKEN-1');
        const key = integration.configuration.token;
        assert.ok(key.length >= 32 && address(integration).endsWith(key));
        const wrong = address(integration).replace(/.{6}$/, 'zzzzzz');
        for (const path of [wrong, `${wrong}${key}`, address(integration).replace(/\?.*$/, '')]) {
            refused(await world.http('POST', path, { body: bytes(message('TOKEN-2')), raw: true, token: null }));
        }
        const { webhookUrl } = await world.api('GET', `/integrations/${integration.id}`);
        assert.ok(!webhookUrl.includes(key), 'the key in the address is shown once');
        assert.ok(!(await world.reservations()).some((r) => r.reference === 'TOKEN-2'));
    });

    test('open: only by an explicit choice, which stays visible', async () => {
        const silent = await world.addWebhook({}, 'Says nothing');
        assert.equal(silent.configuration.verification, 'signed', 'left out, a signature is asked for');
        refused(await deliver(silent, message('OPEN-0')));
        const hasty = await world.http('POST', '/api/admin/demo/integrations', {
            body: { type: 'webhook', name: 'Hasty', configuration: { verification: 'open', confirmOpen: false } },
        });
        assert.equal(hasty.status, 400, hasty.text);
        assert.equal(hasty.body.errors[0].pointer, '/configuration/confirmOpen');
        const open = await world.addWebhook({ verification: 'open', confirmOpen: true }, 'Open');
        taken(await deliver(open, message('OPEN-1')));
        await world.reservation('OPEN-1');
        const { configuration } = await world.api('GET', `/integrations/${open.id}`);
        assert.equal(configuration.verification, 'open');
    });
});

describe('what messages do to a reservation', () => {
    let integration;
    const send = async (type, reference, changes) => taken(await deliver(integration, message(reference, changes, type)));
    before(async () => {
        integration = await world.addWebhook({ verification: 'open', confirmOpen: true }, 'Stories');
    });

    test('a modification moves the nights, a cancellation frees them', async () => {
        const rooms = [{ reference: '1', roomType: 'DBL', arrival: day(60), departure: day(62), adults: 2 }];
        await send('reservation.created', 'MOVE-1', { rooms, revision: '1' });
        await world.reservation('MOVE-1');
        assert.equal(await soldOn(day(60)), 1);
        assert.equal(await soldOn(day(62)), 0, 'the day of departure is not a night');
        rooms[0].arrival = day(61);
        rooms[0].departure = day(63);
        await send('reservation.modified', 'MOVE-1', { rooms, revision: '2' });
        await world.reservation('MOVE-1', (r) => r.rooms[0].arrival === day(61));
        assert.deepEqual([await soldOn(day(60)), await soldOn(day(61)), await soldOn(day(62))], [0, 1, 1]);
        await send('reservation.cancelled', 'MOVE-1', { rooms, revision: '3', status: 'cancelled' });
        await world.reservation('MOVE-1', (r) => r.status === 'cancelled');
        assert.deepEqual([await soldOn(day(61)), await soldOn(day(62))], [0, 0]);
    });

    test('a modification that arrives before its creation creates; the older creation is not applied', async () => {
        const rooms = [{ reference: '1', roomType: 'DBL', arrival: day(70), departure: day(71), adults: 1 }];
        await send('reservation.modified', 'LATE-1', { rooms, revision: '2', notes: 'second' });
        await world.reservation('LATE-1');
        const older = [{ ...rooms[0], arrival: day(75), departure: day(76) }];
        await send('reservation.created', 'LATE-1', { rooms: older, revision: '1', notes: 'first' });
        await settled(integration);
        const found = await world.reservation('LATE-1');
        assert.equal(found.notes, 'second');
        assert.deepEqual([await soldOn(day(70)), await soldOn(day(75))], [1, 0]);
    });

    test('a cancelled stay does not come back with an older message', async () => {
        await send('reservation.created', 'GONE-1', { revision: '1' });
        await send('reservation.cancelled', 'GONE-1', { revision: '3', status: 'cancelled' });
        await send('reservation.modified', 'GONE-1', { revision: '2' });
        await settled(integration);
        assert.equal((await world.reservation('GONE-1')).status, 'cancelled');
    });

    test('what a channel has sold beyond the stock is kept', async () => {
        await world.addRoom('SGL', 1);
        const rooms = [{ reference: '1', roomType: 'SGL', arrival: day(80), departure: day(81), adults: 1 }];
        await send('reservation.created', 'OVER-1', { rooms });
        await send('reservation.created', 'OVER-2', { rooms });
        await world.reservation('OVER-1');
        const second = await world.reservation('OVER-2');
        assert.equal(second.oversold, true);
        const night = await world.night(day(80), 'SGL');
        assert.deepEqual([night.sold, night.oversold], [2, true]);
        assert.match(JSON.stringify(await world.all('/alerts')), /OVER-2/);
    });

    test('a booking of a room nobody mapped is kept', async () => {
        const rooms = [{ reference: '1', roomType: 'PENTHOUSE', arrival: day(80), departure: day(81), adults: 1 }];
        await send('reservation.created', 'UNMAPPED-1', { rooms });
        const found = await world.reservation('UNMAPPED-1');
        assert.deepEqual([found.status, found.unmapped], ['confirmed', true]);
        await world.addRoom('PENTHOUSE', 1);
        await world.reservation('UNMAPPED-1', (r) => r.unmapped === false);
        assert.equal(await soldOn(day(80), 'PENTHOUSE'), 1, 'the room that came later is taken');
    });

    test('every step is told: who said what, when, from which message', async () => {
        const { id } = await world.reservation('MOVE-1');
        const told = await world.api('GET', `/reservations/${id}`);
        const list = told.history ?? told.revisions;
        assert.equal(list.length, 3, JSON.stringify(told));
    });
});

describe('what came in can be looked at, and done again', () => {
    let integration;
    const kept = (query = '') => world.all(`/integrations/${integration.id}/messages${query}`);
    before(async () => {
        integration = await world.addWebhook({ verification: 'signed', preset: 'github' }, 'Looked at');
    });
    const send = async (body) => deliver(integration, body, await signers.github(integration.configuration.secret, bytes(body)));

    test('a refused request is kept with its reason', async () => {
        refused(await deliver(integration, message('REFUSED-1'), { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` }));
        const [found] = await kept('?rejected=true');
        assert.equal(found.verdict, 'rejected');
        assert.ok(found.reason.length > 10, JSON.stringify(found));
    });

    test('one that could not be decoded says where and why, and is read again after a fix', async () => {
        const wrong = message('FIX-1', { guest: { surname: 'Martin' } });
        const answer = await send(wrong);
        taken(answer);
        const one = `/integrations/${integration.id}/messages/${answer.body.id}`;
        await eventually(async () => (await world.api('GET', one)).result !== null);
        const found = await world.api('GET', one);
        assert.equal(found.result.outcome, 'failed');
        assert.equal(found.result.pointer, '/data/guest/surname');
        assert.ok(found.result.detail.length > 10);
        assert.equal(found.text, bytes(wrong), 'the bytes are as they came');
        const mapping = {
            type: '$.type',
            data: {
                reference: '$.data.reference',
                guest: { lastName: '$.data.guest.surname' },
                rooms: { each: '$.data.rooms', roomType: '@.roomType', arrival: '@.arrival', departure: '@.departure' },
            },
        };
        const { configuration } = await world.api('GET', `/integrations/${integration.id}`);
        await world.api('PUT', `/integrations/${integration.id}`, { name: 'Looked at', configuration: { ...configuration, mapping } });
        const again = await world.api('POST', `${one}/replay`, {});
        assert.equal(again.outcome, 'applied');
        assert.equal((await world.reservation('FIX-1')).guest.lastName, 'Martin');
    });

    test('all since a time, and nothing changes when nothing was wrong', async () => {
        const before_ = JSON.stringify(await world.reservations());
        const report = await world.api('POST', `/integrations/${integration.id}/replay`, { since: new Date(0).toISOString() });
        assert.ok(report.replayed >= 1 && report.failed === 0, JSON.stringify(report));
        assert.equal(JSON.stringify(await world.reservations()), before_);
    });

    test('card numbers are masked before they are written', async () => {
        const answer = await send(message('CARD-1', { notes: 'card 4111 1111 1111 1111, thanks' }));
        taken(answer);
        await eventually(async () => (await kept()).some((m) => m.id === answer.body.id));
        const found = await world.api('GET', `/integrations/${integration.id}/messages/${answer.body.id}`);
        assert.equal(found.masked, true);
        assert.ok(!JSON.stringify(found).includes('4111 1111 1111 1111'));
    });
});

describe('another shape of JSON', () => {
    test('a field mapping makes a reservation of it', async () => {
        const integration = await world.addWebhook(
            {
                verification: 'open',
                confirmOpen: true,
                mapping: {
                    skip: "$.event | equals('ping')",
                    type: "$.event | table('new', 'reservation.created', 'gone', 'reservation.cancelled')",
                    data: {
                        reference: '$.booking.id',
                        guest: { lastName: '$.booking.customer | name_last' },
                        rooms: { each: '$.booking.rooms', roomType: '@.code', arrival: "@.from | date('DD/MM/YYYY')", departure: "@.from | date('DD/MM/YYYY') | add_days(@.nights)" },
                        totalAmount: '$.booking.cents | money($.booking.currency)',
                        currency: '$.booking.currency',
                    },
                },
            },
            'Another shape',
        );
        const [year, month, date] = day(90).split('-');
        const sent = `{"event":"new","booking":{"id":987654321987654321,"customer":"Åsa Ångström","cents":41250,"currency":"EUR",
            "rooms":[{"code":"DBL","from":"${date}/${month}/${year}","nights":2}]}}`;
        taken(await deliver(integration, sent));
        const found = await world.reservation('987654321987654321');
        assert.equal(found.guest.lastName, 'Ångström');
        assert.equal(found.totalAmount, '412.50');
        assert.equal(found.rooms[0].departure, day(92));
        taken(await deliver(integration, '{"event":"ping"}'));
        await eventually(async () => assert.equal(await soldOn(day(91)), 1));
    });
});
