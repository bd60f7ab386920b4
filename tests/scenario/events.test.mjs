// What happens in a hotel, as it happens: to those who listen, from where they left off, and to nobody else.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually } from './lib/process.mjs';
import { message, openWorld } from './lib/world.mjs';

let world;
let integration;
before(async () => {
    world = await openWorld();
    await world.addHotel('other');
    await world.addRoom('DBL', 5);
    integration = await world.addWebhook({ verification: 'open', confirmOpen: true }, 'Engine');
});
after(() => world?.close());

// Listens until the callback says that it has enough: {events, last}.
async function listen(hotel, token, { from, during, enough }) {
    const stop = new AbortController();
    const headers = { accept: 'text/event-stream', authorization: `Bearer ${token}` };
    if (from !== undefined) headers['last-event-id'] = from;
    const answer = await fetch(`${world.server.url}/api/admin/${hotel}/events`, { headers, signal: stop.signal });
    if (answer.status !== 200) return { status: answer.status, events: [] };
    assert.match(answer.headers.get('content-type'), /^text\/event-stream/);
    const events = [];
    const reading = (async () => {
        const text = new TextDecoder();
        let rest = '';
        for await (const part of answer.body) {
            const blocks = (rest + text.decode(part, { stream: true })).split('\n\n');
            rest = blocks.pop();
            for (const block of blocks) {
                const id = /^id: ?(.+)$/m.exec(block)?.[1];
                const data = /^data: ?(.+)$/m.exec(block)?.[1];
                if (data) events.push({ id, ...JSON.parse(data) });
            }
        }
    })().catch((e) => {
        if (e.name !== 'AbortError') throw e;
    });
    await during?.();
    await eventually(() => enough(events));
    stop.abort();
    await reading;
    return { status: 200, events };
}

async function send(reference) {
    const answer = await world.http('POST', new URL(integration.webhookUrl).pathname, { body: message(reference), token: null });
    assert.equal(answer.status, 200, answer.text);
    return world.reservation(reference);
}

const tells = (events, reservation) => events.some((e) => String(e.entityId) === String(reservation.id) || JSON.stringify(e).includes(reservation.reference));

test('a webhook is seen by who listens, and who comes back hears what was missed, in order', async () => {
    let first;
    const live = await listen('demo', world.token, {
        during: async () => (first = await send('LIVE-1')),
        enough: (events) => tells(events, first),
    });
    const missed = await send('LIVE-2');
    const again = await listen('demo', world.token, { from: live.events.at(-1).id, enough: (events) => tells(events, missed) });
    const ids = [...live.events, ...again.events].map((e) => Number(e.id));
    assert.ok(ids.every((id, i) => i === 0 || id > ids[i - 1]), `numbers only go up: ${ids.join(' ')}`);
    assert.ok(!tells(again.events, first), 'what was heard is not told again');
});

test("another hotel's events are 404 for strangers, and a hotel's own stream tells nothing of others", async () => {
    const stranger = await world.addUser('owner@other.example', { hotel: 'other', role: 'owner' });
    assert.equal((await listen('demo', stranger, {})).status, 404);
    const base = '/api/admin/other';
    await world.http('POST', `${base}/rooms`, { body: { code: 'DBL', name: 'Double', units: 1 }, token: stranger });
    const own = await listen('other', stranger, {
        from: '0',
        during: async () => {
            await send('LIVE-3');
            const booked = await world.http('POST', `${base}/reservations`, { body: message('OWN-1').data, token: stranger });
            assert.equal(booked.status, 201, booked.text);
        },
        enough: (events) => JSON.stringify(events).includes('OWN-1'),
    });
    assert.ok(!JSON.stringify(own.events).includes('LIVE-3'));
});
