// What is stored is what it follows from, and a command that says so: on a hotel with a past, beside a server under load,
// and after somebody has changed the database by hand.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { command } from './lib/process.mjs';
import { signers } from './lib/sign.mjs';
import { day, message, openWorld } from './lib/world.mjs';

let world;
let integration;
before(async () => {
    world = await openWorld();
    await world.addRoom('DBL', 50);
    await world.addRoom('SGL', 20);
    integration = await world.addWebhook({ verification: 'signed', preset: 'standard' }, 'Engine');
});
after(() => world?.close());

async function deliver(body) {
    const text = JSON.stringify(body);
    const headers = { 'content-type': 'application/json', ...signers.standard(integration.configuration.secret, text) };
    const path = new URL(integration.webhookUrl).pathname;
    const answer = await world.http('POST', path, { body: text, raw: true, token: null, headers });
    assert.equal(answer.status, 200, answer.text);
}

const room = (roomType, from, to, more = {}) => ({ roomType, arrival: day(from), departure: day(to), adults: 2, ...more });
const verify = (what, status = 0, more = []) => world.run(['verify', what, ...more], { status });

// Either the sqlite3 command, or false.
function sql(statement) {
    try {
        execFileSync('sqlite3', [join(world.data, 'selfkey.db'), `.timeout 10000`, statement], { stdio: 'pipe' });
        return true;
    } catch (e) {
        if (e.code === 'ENOENT') return false;
        throw e;
    }
}

describe('without anything wrong', () => {
    test('an empty hotel has nothing to differ', async () => {
        assert.equal((await verify('stock')).stdout, '0 nights, 0 differences\n');
        assert.equal((await verify('reservations')).stdout, '0 reservations, 0 differences\n');
    });

    test('webhooks, files and people agree with what they made', async () => {
        await deliver(message('W-1', { rooms: [room('DBL', 5, 8), room('Loft', 6, 7)] }));
        await deliver(message('W-2', { status: 'hold', rooms: [room('SGL', 5, 6)] }));
        await deliver(message('W-1', { rooms: [room('DBL', 5, 9), room('Loft', 6, 7)] }, 'reservation.modified'));
        await deliver(message('W-3', { rooms: [room('DBL', 9, 12)] }));
        await deliver(message('W-3', { status: 'cancelled', rooms: [] }, 'reservation.cancelled'));
        const file = join(world.data, 'file.csv');
        const rows = Array.from({ length: 60 }, (_, i) => `F-${i},confirmed,EUR,100.00,DBL,${day(20 + i)},${day(22 + i)},2,Ana`);
        writeFileSync(file, `reference,status,currency,totalAmount,roomType,arrival,departure,adults,lastName\n${rows.join('\n')}\n`);
        await world.run(['import', file, '--hotel', 'demo']);
        await world.reservation('W-3', (r) => r.status === 'cancelled');
        assert.match((await verify('stock')).stdout, /^\d+ nights, 0 differences\n$/);
        assert.equal((await verify('reservations', 0, ['--hotel', 'demo'])).stdout, '63 reservations, 0 differences\n');
        const french = await command(['verify', 'reservations', '--data', world.data], { env: { LC_ALL: 'fr_FR.UTF-8' } });
        assert.equal(french.stdout, '63 réservations, 0 différence\n');
    });

    test('nor beside a server under load', async () => {
        let at = 0;
        let going = true;
        const load = Promise.all(Array.from({ length: 4 }, async () => {
            while (going) {
                const i = at++;
                const changed = i % 3 === 2;
                const reference = `L-${changed ? i - 2 : i}`;
                await deliver(message(reference, { rooms: [room('DBL', i % 30, (i % 30) + 1 + (i % 3))] },
                    changed ? 'reservation.modified' : 'reservation.created'));
            }
        }));
        try {
            for (let i = 0; i < 4; i++) {
                assert.match((await verify('stock')).stdout, /^\d+ nights, 0 differences\n$/);
                assert.match((await verify('reservations')).stdout, /^\d+ reservations, 0 differences\n$/);
            }
        } finally {
            going = false;
            await load;
        }
        assert.ok(at > 8, 'there was load');
    });
});

describe('after somebody changed the database by hand', () => {
    test('the night is named, in both languages, with status 1', async (t) => {
        const night = `CAST(julianday('${day(5)}') - julianday('1970-01-01') AS INTEGER)`;
        const change = (by) => sql(`UPDATE stock_days SET held = held + ${by} WHERE night = ${night} AND room_type_id = (SELECT id FROM room_types WHERE code = 'SGL')`);
        if (!change(2)) return t.skip('skipped: no sqlite3 command');
        const { stdout } = await verify('stock', 1);
        const date = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(day(5)));
        assert.equal(stdout.split('\n')[0], `demo: SGL, night of ${date}: stored: 0 sold, 3 held; it should be: 0 sold, 1 held`);
        assert.match(stdout, /\n\d+ nights, 1 difference\n$/);
        const french = await command(['verify', 'stock', '--data', world.data], { env: { LC_ALL: 'fr_FR.UTF-8' } });
        assert.equal(french.status, 1);
        assert.match(french.stdout, /^demo : SGL, nuit du .* : enregistré : 0 vendue, 3 retenues ; il faudrait : 0 vendue, 1 retenue\n/);
        change(-2);
        await verify('stock');
    });

    test('the reservation and the field are named', async (t) => {
        const set = (total) => sql(`UPDATE reservations SET total_minor = ${total} WHERE reference = 'F-7'`);
        if (!set(9900)) return t.skip('skipped: no sqlite3 command');
        const { stdout } = await verify('reservations', 1);
        assert.match(stdout, /^demo: reservation F-7 \(.+\), totalAmount: stored: “99\.00”; by its messages: “100\.00”\n/);
        assert.match(stdout, /\n\d+ reservations, 1 difference\n$/);
        set(10000);
        await verify('reservations');
    });
});

test('what else there is to say is a wrong command', async () => {
    assert.match((await verify('audit', 2)).stderr, /verify stock, or selfkey verify reservations/);
    await verify('stock', 2, ['more']);
    assert.match((await verify('stock', 1, ['--hotel', 'nowhere'])).stderr, /there is no such hotel/);
});
