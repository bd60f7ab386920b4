// Prices and restrictions: plans, many nights at once, what follows from a parent, who did it, and taking it back.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { day, openWorld } from './lib/world.mjs';

let world;
const tokens = {};
before(async () => {
    world = await openWorld();
    tokens.manager = await world.addUser('manager@example.org', { hotel: 'demo', role: 'manager' });
    tokens.viewer = await world.addUser('viewer@example.org', { hotel: 'demo', role: 'viewer' });
    await world.addHotel('other');
    tokens.stranger = await world.addUser('owner@other.example', { hotel: 'other', role: 'owner' });
    await world.addRoom('DBL', 3);
    await world.addRoom('SGL', 1);
});
after(() => world?.close());

// A Monday to come, and the nights after it.
const monday = (() => {
    for (let n = 30; ; n++) if (new Date(`${day(n)}T00:00:00Z`).getUTCDay() === 1) return n;
})();
const put = (changes, options) =>
    world.api('PUT', '/rates', { roomTypes: ['DBL'], ratePlans: ['BAR'], from: day(monday), to: day(monday + 13), ...changes }, options);
const row = async (plan, room = 'DBL') => {
    const { rooms } = await world.api('GET', `/rates?from=${day(monday)}&to=${day(monday + 13)}&roomType=${room}`);
    return rooms[0].ratePlans.find((p) => p.ratePlan === plan).days;
};
const prices = async (plan, room) => (await row(plan, room)).map((d) => d.price);

describe('rate plans', () => {
    test('are made, changed, derived, and kept when they are in use', async () => {
        const bar = await world.api('POST', '/rate-plans', { code: 'BAR', name: 'Best rate' }, { token: tokens.manager });
        assert.equal(bar.currency, 'EUR');
        const nr = await world.api('POST', '/rate-plans', { code: 'NR', derived: { parent: 'BAR', percent: '-12.5' }, mealPlan: 'breakfast' });
        assert.deepEqual(nr.derived, { parent: 'BAR', percent: '-12.5', amount: null });
        await world.api('POST', '/rate-plans', { code: 'PP', pricing: 'person' });
        await world.api('PUT', `/rate-plans/${bar.id}`, { derived: { parent: 'NR', amount: '1' } }, { status: 400 });
        const kept = await world.api('DELETE', `/rate-plans/${bar.id}`);
        assert.equal(kept.active, false);
        await world.api('PUT', `/rate-plans/${bar.id}`, { active: true });
        assert.deepEqual((await world.all('/rate-plans')).map((p) => [p.code, p.active]), [['BAR', true], ['NR', true], ['PP', true]]);
    });
});

describe('many nights at once', () => {
    test('weekends of two room types, and the plan that follows', async () => {
        const r = await put({ roomTypes: ['DBL', 'SGL'], weekdays: ['friday', 'saturday'], price: '150', minStayArrival: 2 });
        assert.equal(r.changed, 16);
        assert.deepEqual((await prices('BAR')).map((p) => p !== null), [false, false, false, false, true, true, false, false, false, false, false, true, true, false]);
        assert.equal((await prices('NR', 'SGL'))[4], '131.25');
        assert.equal((await row('NR'))[4].restrictions.minStayArrival.from, 'parent');
        assert.equal((await put({ roomTypes: ['DBL', 'SGL'], weekdays: ['friday', 'saturday'], price: '150.00' })).edit, null, 'so already');
    });

    test('0 says none, null inherits again', async () => {
        await put({ ratePlans: ['*'], stopSell: true });
        assert.equal((await row('NR'))[0].restrictions.stopSell.value, true);
        await put({ ratePlans: ['NR'], stopSell: false });
        assert.deepEqual((await row('NR'))[0].restrictions.stopSell, { value: false, from: 'own', of: 'NR' });
        await put({ ratePlans: ['NR'], stopSell: null });
        assert.deepEqual((await row('NR'))[0].restrictions.stopSell, { value: true, from: 'allPlans', of: '*' });
        await put({ ratePlans: ['*'], stopSell: null });
        assert.equal((await row('NR'))[0].restrictions.stopSell, undefined);
    });

    test('a price for each number of people', async () => {
        await put({ ratePlans: ['PP'], prices: [{ occupancy: 1, amount: '80' }, { occupancy: 2, amount: '99.90' }] });
        const [first] = await row('PP');
        assert.equal(first.price, '99.90');
        assert.deepEqual(first.prices.map((p) => [p.occupancy, p.price]), [[1, '80.00'], [2, '99.90']]);
    });

    test('a slip is done and said', async () => {
        await put({ weekdays: ['monday'], price: '100' });
        const r = await put({ weekdays: ['monday'], price: '1000' });
        assert.equal(r.changed, 2);
        assert.deepEqual(r.warnings.map((w) => [w.code, w.count, w.date]), [['jump', 2, day(monday)]]);
    });

    test('what cannot be meant is refused, with the place', async () => {
        const refused = async (changes, pointer, status = 400) => {
            const problem = await put(changes, { status });
            assert.equal(problem.errors?.[0]?.pointer ?? '', pointer, JSON.stringify(problem));
        };
        await refused({}, '');
        await refused({ price: '-1' }, '/price');
        await refused({ price: '1.005' }, '/price');
        await refused({ price: '99999999999' }, '/price');
        await refused({ price: '10', to: day(monday - 1) }, '/to');
        await refused({ price: '10', to: day(monday + 1000) }, '/to');
        await refused({ minStayThrough: 5, maxStay: 4 }, '/minStayThrough');
        await refused({ maxStay: -1 }, '/maxStay');
        await refused({ maxStay: 1, roomTypes: ['DBL', 'NONE'] }, '/roomTypes/1', 404);
        await refused({ maxStay: 1, ratePlans: ['NONE'] }, '/ratePlans/0', 404);
        await refused({ maxStay: 1, weekdays: ['caturday'] }, '/weekdays/0');
        await refused({ price: 1, ratePlans: ['*'] }, '/price');
        const [bar] = await world.all('/rate-plans');
        const problem = await world.api('PUT', `/rate-plans/${bar.id}`, { currency: 'USD' }, { status: 409 });
        assert.equal(problem.errors[0].pointer, '/currency', 'there are prices in euros');
        const fr = await world.http('PUT', '/api/admin/demo/rates', { body: {}, headers: { 'accept-language': 'fr' } });
        assert.match(fr.text, /manque/);
    });
});

describe('who did it', () => {
    test('a night tells its history, and a change is taken back but for what was changed since', async () => {
        const at = `roomType=DBL&ratePlan=BAR&night=${day(monday + 1)}`;
        const first = await put({ from: day(monday + 1), to: day(monday + 3), price: '110' }, { token: tokens.manager });
        await put({ from: day(monday + 1), to: day(monday + 1), price: '120' });
        const { data } = await world.api('GET', `/calendar/history?${at}`);
        assert.deepEqual(data.slice(0, 2).map((p) => [p.actor, p.field, p.before, p.after]), [
            ['owner@example.org', 'price', '110.00', '120.00'],
            ['manager@example.org', 'price', null, '110.00'],
        ]);
        const r = await world.api('POST', `/edits/${first.edit}/undo`);
        assert.deepEqual([r.restored, r.left], [2, 1]);
        assert.deepEqual([r.leftCells[0].date, r.leftCells[0].wanted, r.leftCells[0].value], [day(monday + 1), null, '120.00']);
        assert.deepEqual((await prices('BAR')).slice(1, 4), ['120.00', null, null]);
        await world.api('POST', `/edits/${first.edit}/undo`, undefined, { status: 409 });
        await world.api('POST', `/edits/${r.edit}/undo`);
        assert.deepEqual((await prices('BAR')).slice(1, 4), ['120.00', '110.00', '110.00']);
        const [last] = await world.all('/edits');
        assert.equal(last.undoes, r.edit);
        assert.match(last.summary, /^done again: price: €110\.00 · DBL · BAR · /);
    });

    test('stock too, with days of the week', async () => {
        await world.api('PUT', '/stock', { roomType: 'DBL', from: day(monday), to: day(monday + 6), weekdays: ['sunday'], outOfOrder: 2 });
        assert.equal((await world.night(day(monday + 6))).available, 1);
        assert.equal((await world.night(day(monday + 5))).available, 3);
        const [edit] = await world.all('/edits');
        await world.api('POST', `/edits/${edit.id}/undo`);
        assert.equal((await world.night(day(monday + 6))).available, 3);
    });

    test('survives a restart', async () => {
        const edits = await world.all('/edits');
        const shown = await row('NR');
        await world.server.stop();
        const { Server } = await import('./lib/process.mjs');
        world.server = await Server.start(world.data);
        assert.deepEqual(await world.all('/edits'), edits);
        assert.deepEqual(await row('NR'), shown);
    });
});

describe('roles', () => {
    test('a viewer reads, a stranger sees nothing', async () => {
        const viewer = { token: tokens.viewer };
        for (const path of ['/rate-plans', '/rates', '/edits', `/calendar/history?roomType=DBL&night=${day(30)}`]) {
            await world.api('GET', path, undefined, viewer);
            await world.api('GET', path, undefined, { token: tokens.stranger, status: 404 });
        }
        await put({ price: '1' }, { ...viewer, status: 403 });
        await world.api('POST', '/rate-plans', { code: 'V' }, { ...viewer, status: 403 });
        const [edit] = await world.all('/edits');
        await world.api('POST', `/edits/${edit.id}/undo`, undefined, { ...viewer, status: 403 });
        await world.api('POST', `/edits/${edit.id}/undo`, undefined, { token: tokens.stranger, status: 404 });
    });
});
