// Commands and servers that are stopped or killed, one beside the other. What a killed server acknowledged is told by
// crash.test.mjs.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { begin, command, eventually } from './lib/process.mjs';
import { signers } from './lib/sign.mjs';
import { day, message, openWorld } from './lib/world.mjs';

let world;
let integration;
let path;
before(async () => {
    world = await openWorld();
    await world.addRoom('DBL', 1000);
    integration = await world.addWebhook({ verification: 'signed', preset: 'standard' }, 'Engine');
    path = new URL(integration.webhookUrl).pathname;
});
after(() => world?.close());

async function deliver(reference) {
    const body = JSON.stringify(message(reference));
    const headers = { 'content-type': 'application/json', ...signers.standard(integration.configuration.secret, body) };
    const answer = await world.http('POST', path, { body, raw: true, token: null, headers });
    assert.equal(answer.status, 200, answer.text);
}

describe('killed', () => {
    test('a command in the middle of an import: the same import again completes it, and doubles nothing', async () => {
        const file = join(world.data, 'bulk.csv');
        const row = (i) => `BULK-${i},inquiry,EUR,100.00,DBL,${day(40)},${day(42)},2,Ana\n`;
        const rows = Array.from({ length: 3000 }, (_, i) => row(i)).join('');
        writeFileSync(file, `reference,status,currency,totalAmount,roomType,arrival,departure,adults,lastName\n${rows}`);
        const args = ['import', file, '--hotel', 'demo', '--data', world.data];
        const bulk = async () => (await world.reservations()).filter((r) => r.reference.startsWith('BULK-')).length;
        const { child, ended } = begin(args);
        await eventually(async () => (await bulk()) > 0 || child.exitCode !== null);
        child.kill('SIGKILL');
        await ended;
        const again = await command(args);
        assert.equal(again.status, 0, again.stderr);
        assert.equal(await bulk(), 3000);
    });
});

describe('stopped', () => {
    test('in good order: it ends by itself with status 0 and starts again', async () => {
        await world.server.stop();
        await world.server.launch();
        await deliver('AFTER-1');
        await world.reservation('AFTER-1');
    });
});

describe('one import, one program that works on it', () => {
    const total = 30_000;
    const args = () => ['import', join(world.data, 'large.csv'), '--hotel', 'demo', '--data', world.data];
    const newest = async () => (await world.http('GET', '/api/admin/demo/imports?limit=1')).body.data[0];

    before(() => {
        const head = 'reference,status,currency,totalAmount,roomType,arrival,departure,adults,lastName\n';
        const row = (i) => `LARGE-${i},inquiry,EUR,100.00,DBL,${day(40)},${day(42)},2,Ana\n`;
        writeFileSync(join(world.data, 'large.csv'), head + Array.from({ length: total }, (_, i) => row(i)).join(''));
    });

    test('a server that starts, or looks for what was interrupted, leaves one alone that is under way', async () => {
        const { ended } = begin(args());
        await eventually(async () => (await newest()).rowsDone > 0);
        await world.server.stop();
        await world.server.launch();
        const { status, stderr } = await ended;
        assert.equal(status, 0, stderr);
        const { id, report, status: end } = await newest();
        assert.equal(end, 'done');
        assert.equal(report.counts.created, total);
        assert.equal(report.counts.unchanged, 0);
        assert.ok(!new RegExp(`import\\.(resumed|failed).* import=${id} `).test(world.server.log));
    });

    test('what a killed program began goes on in the server, which still ends when it is asked to', async () => {
        const file = join(world.data, 'large.csv');
        writeFileSync(file, readFileSync(file, 'utf8').replaceAll('LARGE-', 'MORE-'));
        await world.server.stop();
        const { child, ended } = begin(args());
        await new Promise((done) => setTimeout(done, 400));
        child.kill('SIGKILL');
        await ended;
        await world.server.launch();
        const begun = Date.now();
        await world.server.stop();
        assert.ok(Date.now() - begun < 10_000, 'it went on until the import was done');
        await world.server.launch();
        const { status, rowsDone } = await newest();
        assert.notEqual(status, 'done');
        assert.ok(rowsDone < total);
        await eventually(async () => (await newest()).status === 'done', { timeout_ms: 120_000 });
        assert.equal((await newest()).report.counts.created, total);
    });
});
