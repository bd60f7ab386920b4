// Files in: exports of the platforms as they are, dry runs, questions, bad rows back; files out.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, describe, test } from 'node:test';
import { eventually } from './lib/process.mjs';
import { day, openWorld } from './lib/world.mjs';

const shared = process.env.SELFKEY_SHARED ?? fileURLToPath(new URL('../../../shared', import.meta.url));
const samples = join(shared, 'data/csv');
const sample = existsSync(samples) ? {} : { skip: `skipped: the sample exports are not at ${samples}` };

let world;
before(async () => {
    world = await openWorld();
    await world.addRoom('DBL', 50);
});
after(() => world?.close());

const load = (file, args = [], expected = 0) => world.run(['import', file, '--hotel', 'demo', ...args], { status: expected });
const stored = async (reference) => (await world.reservations()).find((r) => r.reference === reference);

function write(name, text) {
    const path = join(world.data, name);
    writeFileSync(path, text);
    return path;
}

const header = 'reference,status,currency,totalAmount,roomType,arrival,departure,adults,lastName\n';
const row = (reference, changes = {}) => {
    const r = { status: 'confirmed', currency: 'EUR', total: '100.00', room: 'DBL', arrival: day(40), departure: day(42), name: 'Ana', ...changes };
    return `${reference},${r.status},${r.currency},${r.total},${r.room},${r.arrival},${r.departure},2,${r.name}\n`;
};

describe('exports of the platforms', sample, () => {
    test('Airbnb in English', async () => {
        await load(join(samples, 'airbnb_reservations_en.csv'), ['--set', 'currency=USD']);
        const first = await stored('HMAA1B2C3D');
        assert.equal(first.status, 'confirmed');
        assert.equal(first.totalAmount, '1204.50');
        assert.equal(first.currency, 'USD');
        assert.deepEqual([first.rooms[0].arrival, first.rooms[0].departure], ['2027-07-14', '2027-07-17']);
        assert.equal((await stored('HMBB2C3D4E')).status, 'cancelled');
        const third = await stored('HMCC3D4E5F');
        assert.match(JSON.stringify(third.guest), /李/);
        assert.equal(third.rooms[0].roomType, 'Studio "Le Nid"');
    });

    test('Airbnb in French', async () => {
        await load(join(samples, 'airbnb_reservations_fr.csv'));
        const found = await stored('HMFR000001');
        assert.equal(found.totalAmount, '412.50');
        assert.equal(found.currency, 'EUR');
        assert.deepEqual([found.rooms[0].arrival, found.rooms[0].departure], ['2027-07-14', '2027-07-17']);
        assert.equal((await stored('HMFR000002')).status, 'cancelled');
    });

    test('Booking.com in English: an amount finer than the cent is rounded and noted', async () => {
        const out = await load(join(samples, 'booking_reservations_en.csv'));
        const found = await stored('4000000101');
        assert.equal(found.totalAmount, '412.50');
        assert.equal(found.commission, '61.88');
        assert.match(out.stdout + out.stderr, /61\.875|round/i);
        assert.equal((await stored('4000000102')).status, 'cancelled');
        assert.equal((await stored('4000000103')).status, 'no_show');
    });

    test('Booking.com in German, Windows-1252', async () => {
        await load(join(samples, 'booking_reservations_de_cp1252.csv'));
        const found = await stored('4000000301');
        assert.match(JSON.stringify(found.guest), /Jürgen|Müller/);
        assert.equal(found.totalAmount, '62.70');
        assert.equal(found.rooms[0].arrival, '2027-05-09');
    });

    test('Booking.com in Spanish, semicolons and a byte-order mark', async () => {
        await load(join(samples, 'booking_reservations_es_semicolon_bom.csv'));
        const found = await stored('4000000201');
        assert.equal(found.totalAmount, '333.00');
        assert.equal(found.commission, '49.95');
    });

    test('Lodgify', async () => {
        await load(join(samples, 'lodgify_en.csv'));
        const found = await stored('9001');
        assert.equal(found.totalAmount, '250.00');
        assert.deepEqual([found.rooms[0].arrival, found.rooms[0].departure], ['2027-06-10', '2027-06-12']);
    });

    test('an ambiguous date order is asked, never guessed; until it is answered nothing goes in', async () => {
        const file = join(samples, 'ambiguous_dates.csv');
        const out = await load(file, [], 1);
        assert.match(out.stdout + out.stderr, /--set dates=dmy/);
        assert.equal(await stored('A-1'), undefined);
        await load(file, ['--set', 'dates=dmy']);
        assert.equal((await stored('A-1')).rooms[0].arrival, '2027-04-03');
        assert.equal((await stored('A-2')).rooms[0].arrival, '2027-08-07');
    });
});

describe('our own columns', () => {
    test('a dry run says what would change and changes nothing', async () => {
        const file = write('dry.csv', header + row('DRY-1') + row('DRY-2'));
        const out = await load(file, ['--dry-run']);
        assert.match(out.stdout, /2/);
        assert.equal(await stored('DRY-1'), undefined);
    });

    test('importing again changes nothing', async () => {
        const file = write('again.csv', header + row('AGAIN-1') + row('AGAIN-2'));
        await load(file);
        const before = JSON.stringify(await stored('AGAIN-1'));
        const out = await load(file);
        assert.equal(JSON.stringify(await stored('AGAIN-1')), before);
        assert.match(out.stdout, /2 unchanged|unchanged/i);
    });

    test('good rows go in, bad rows come back with line and column', async () => {
        const bad = row('BAD-1', { departure: day(39) }) + row('BAD-2', { arrival: '2027-02-30' }) + row('BAD-3', { currency: 'XQZ' });
        const out = await load(write('mixed.csv', header + row('GOOD-1') + bad + row('GOOD-2', { name: '"Zoë, ""Z"""' })), [], 1);
        assert.ok(await stored('GOOD-1'));
        assert.equal((await stored('GOOD-2')).guest.lastName, 'Zoë, "Z"');
        for (const reference of ['BAD-1', 'BAD-2', 'BAD-3']) assert.equal(await stored(reference), undefined);
        const said = out.stdout + out.stderr;
        for (const line of [3, 4, 5]) assert.match(said, new RegExp(`\\b${line}\\b`), said);
    });

    test('the same booking by two ways is one', async () => {
        await load(write('one.csv', header.replace('\n', ',channel\n') + row('ONE-1').replace('\n', ',direct\n')));
        await load(write('two.csv', header.replace('\n', ',channel\n') + row('ONE-1', { total: '120.00' }).replace('\n', ',direct\n')));
        const found = (await world.reservations()).filter((r) => r.reference === 'ONE-1');
        assert.equal(found.length, 1);
        assert.equal(found[0].totalAmount, '120.00');
    });

    test('the import runs beside a server that works', async () => {
        const rows = Array.from({ length: 500 }, (_, i) => row(`BULK-${i}`, { status: 'inquiry' })).join('');
        const importing = load(write('bulk.csv', header + rows));
        let done = false;
        importing.finally(() => (done = true)).catch(() => {});
        while (!done) assert.equal((await world.http('GET', '/healthz')).status, 200);
        await importing;
        assert.ok(await stored('BULK-499'));
    });
});

describe('by upload', () => {
    const upload = (text, query = '') =>
        world.http('POST', `/api/admin/demo/imports?name=upload.csv${query}`, { body: text, raw: true, headers: { 'content-type': 'text/csv' } });

    test('a dry run keeps nothing; then good rows go in and bad rows can be fetched', async () => {
        const text = header + row('UP-1') + row('UP-2', { departure: day(39) });
        const dry = await upload(text, '&dryRun=true');
        assert.equal(dry.status, 200, dry.text);
        assert.equal(dry.body.report.counts.created, 1);
        assert.equal(await stored('UP-1'), undefined);
        const real = await upload(text);
        assert.equal(real.status, 201, real.text);
        assert.deepEqual([real.body.report.counts.created, real.body.report.counts.refused], [1, 1]);
        const [problem] = real.body.report.problems.filter((p) => p.severity === 'error');
        assert.equal(problem.line, 3);
        assert.ok(problem.text.en && problem.text.fr, JSON.stringify(problem));
        assert.ok(await stored('UP-1'));
        const bad = await world.http('GET', `/api/admin/demo/imports/${real.body.id}/bad-rows`);
        assert.match(bad.text, /UP-2/);
        assert.ok(!bad.text.includes('UP-1'));
        const fixed = await upload(bad.text.replace(day(39), day(43)));
        assert.deepEqual([fixed.body.report.counts.created, fixed.body.report.counts.refused], [1, 0], fixed.text);
        assert.ok(await stored('UP-2'), 'the file of bad rows goes back in when it is fixed');
    });

    test('a question is asked and answered', async () => {
        const asked = await upload('ref,guest,arrival,departure,total\nASK-1,Ana,03/04/2027,05/04/2027,100.00\n');
        assert.equal(asked.status, 201, asked.text);
        assert.ok(asked.body.report.questions.some((q) => q.name === 'dates'), asked.text);
        assert.equal(await stored('ASK-1'), undefined);
        await world.api('POST', `/imports/${asked.body.id}`, { set: { dates: 'dmy' } });
        assert.equal((await stored('ASK-1')).rooms[0].arrival, '2027-04-03');
    });
});

describe('by watched folder', () => {
    let integration;
    const inbox = () => join(world.data, 'files/demo/in');
    const drop = (name, text) => {
        const path = join(inbox(), name);
        writeFileSync(path, text);
        const past = new Date(Date.now() - 60_000); // it has lain there for a while
        utimesSync(path, past, past);
    };
    const sync = () => world.api('POST', `/integrations/${integration.id}/sync`, {});
    const lies = (folder) => (existsSync(join(inbox(), folder)) ? readdirSync(join(inbox(), folder)) : []);
    before(async () => {
        const configuration = { importPath: 'in', exportPath: 'out' };
        integration = await world.api('POST', '/integrations', { type: 'csv', name: 'Folder', configuration });
        mkdirSync(inbox(), { recursive: true });
    });

    test('a file is imported and moved to done/', async () => {
        drop('good.csv', header + row('FOLDER-1'));
        assert.equal((await sync()).success, true);
        await eventually(async () => (await stored('FOLDER-1')) !== undefined);
        assert.ok(lies('done').some((n) => n.startsWith('good')), lies('done').join());
        assert.ok(!lies('.').includes('good.csv'));
    });

    test('what is no table is moved to failed/, with the reason beside it', async () => {
        drop('picture.csv', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3, 0xff, 0xfe, 0]));
        await sync();
        await eventually(() => lies('failed').some((n) => n.endsWith('.txt')));
        const reason = lies('failed').find((n) => n.endsWith('.txt'));
        assert.ok(readFileSync(join(inbox(), 'failed', reason), 'utf8').length > 10);
    });

    test('the folder cannot be left', async () => {
        for (const importPath of ['../other', '/etc', 'a/../../b', 'in\\out', '']) {
            const body = { type: 'csv', name: 'Escapes', configuration: { importPath } };
            const answer = await world.http('POST', '/api/admin/demo/integrations', { body });
            if (importPath) assert.equal(answer.status, 400, `${importPath}: ${answer.text}`);
        }
        writeFileSync(join(world.data, 'secret.csv'), header + row('LINK-1'));
        symlinkSync(join(world.data, 'secret.csv'), join(inbox(), 'link.csv'));
        symlinkSync(world.data, join(world.data, 'files/demo/away'));
        await sync();
        const away = await world.api('POST', '/integrations', { type: 'csv', name: 'Away', configuration: { importPath: 'away' } });
        assert.equal((await world.api('POST', `/integrations/${away.id}/sync`, {})).success, false);
        assert.equal(await stored('LINK-1'), undefined);
    });

    test('exports come out into the export folder', async () => {
        await sync();
        await eventually(() => existsSync(join(world.data, 'files/demo/out/reservations.csv')));
        const text = readFileSync(join(world.data, 'files/demo/out/reservations.csv'), 'utf8');
        assert.match(text, /FOLDER-1/);
    });
});

describe('out', () => {
    test('CSV holds no formula, and comes back in unchanged', async () => {
        await load(write('formula.csv', header + row('FORM-1', { name: '"=HYPERLINK(""http://evil"")"' })));
        const { stdout } = await world.run(['export', 'reservations', '--hotel', 'demo', '--format', 'csv']);
        assert.ok(stdout.includes('FORM-1'));
        for (const line of stdout.split('\n')) assert.ok(!/(^|,)"?[=+@]/.test(line), line);
    });

    test('JSON is what the API says', async () => {
        const { stdout } = await world.run(['export', 'reservations', '--hotel', 'demo', '--format', 'json']);
        const exported = JSON.parse(stdout);
        const list = exported.data ?? exported;
        assert.ok(list.some((r) => r.reference === 'FORM-1'));
    });

    test('guests and stock too', async () => {
        for (const what of ['guests', 'stock']) {
            const { stdout } = await world.run(['export', what, '--hotel', 'demo', '--format', 'csv']);
            assert.ok(stdout.split('\n').length > 1, what);
        }
    });
});
