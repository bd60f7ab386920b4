// Integrations: their types and forms, creating, reading, changing, deleting, testing; secrets and history.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { command, freePort } from './lib/process.mjs';
import { openWorld } from './lib/world.mjs';

const mask = '********';
let world;
before(async () => {
    world = await openWorld();
});
after(() => world?.close());

const read = (id) => world.api('GET', `/integrations/${id}`);

describe('types', () => {
    test('each has an id, and a form that says what is secret', async () => {
        const types = await world.api('GET', '/integration-types');
        const list = types.data ?? types;
        for (const id of ['webhook', 'csv']) assert.ok(list.some((t) => t.id === id || t.type === id), id);
        assert.match(JSON.stringify(list), /secret/);
    });
});

describe('a life', () => {
    let made;

    test('is created, with the members of the contract', async () => {
        const answer = await world.http('POST', '/api/admin/demo/integrations', {
            body: { type: 'webhook', name: 'Engine', configuration: { verification: 'signed', preset: 'standard' } },
        });
        assert.equal(answer.status, 201, answer.text);
        made = answer.body;
        for (const name of ['id', 'establishment', 'type', 'name', 'status', 'configuration', 'isActive', 'createdAt', 'updatedAt', 'webhookUrl']) {
            assert.ok(name in made, `${name} in ${answer.text}`);
        }
        assert.equal(made.establishment, 'demo');
        assert.match(made.webhookUrl, new RegExp(`/api/webhooks/integrations/demo/${made.id}`));
        assert.notEqual(made.configuration.secret, mask);
    });

    test('is in the list, its secret masked', async () => {
        const found = (await world.all('/integrations')).find((i) => i.id === made.id);
        assert.equal(found.name, 'Engine');
        assert.equal(found.configuration.secret, mask);
        assert.ok(!JSON.stringify(found).includes(made.configuration.secret));
    });

    test('keeps its secret when the mask comes back', async () => {
        const now = await read(made.id);
        const changed = await world.api('PUT', `/integrations/${made.id}`, {
            name: 'Engine, renamed',
            configuration: now.configuration,
        });
        assert.equal(changed.name, 'Engine, renamed');
        assert.equal(changed.configuration.secret, mask);
        const { signers } = await import('./lib/sign.mjs');
        const body = '{"type":"reservation.created"}';
        const answer = await world.http('POST', new URL(made.webhookUrl).pathname, {
            body,
            raw: true,
            token: null,
            headers: { 'content-type': 'application/json', ...signers.standard(made.configuration.secret, body) },
        });
        assert.equal(answer.status, 200, answer.text);
    });

    test('refuses what it does not know, with a pointer', async () => {
        const cases = [
            [{ type: 'webhook', name: 'x', configuration: { verification: 'maybe' } }, '/configuration/verification'],
            [{ type: 'webhook', name: 'x', configuration: { colour: 'blue' } }, '/configuration/colour'],
            [{ type: 'telegraph', name: 'x', configuration: {} }, '/type'],
            [{ type: 'webhook', name: 7, configuration: {} }, '/name'],
            [{ type: 'webhook', configuration: {} }, '/name'],
        ];
        for (const [body, pointer] of cases) {
            const answer = await world.http('POST', '/api/admin/demo/integrations', { body });
            assert.equal(answer.status, 400, `${pointer}: ${answer.text}`);
            assert.equal(answer.body.errors[0].pointer, pointer, answer.text);
            assert.ok(answer.body.errors[0].detail);
        }
    });

    test('is tested: 200 with success either way', async () => {
        const answer = await world.api('POST', `/integrations/${made.id}/test`, {}, { status: 200 });
        assert.equal(typeof answer.success, 'boolean');
    });

    test('has a history of what was done to it', async () => {
        const rows = await world.all(`/integrations/${made.id}/logs`);
        assert.ok(rows.length >= 2, JSON.stringify(rows));
        assert.ok(rows.every((r) => r.action && r.status && r.createdAt), JSON.stringify(rows[0]));
        assert.ok(!JSON.stringify(rows).includes(made.configuration.secret));
    });

    test('is switched off, and then takes nothing', async () => {
        await world.api('PUT', `/integrations/${made.id}`, { name: 'Engine', isActive: false, configuration: (await read(made.id)).configuration });
        assert.equal((await read(made.id)).isActive, false);
    });

    test('is deleted', async () => {
        await world.api('DELETE', `/integrations/${made.id}`);
        await world.api('GET', `/integrations/${made.id}`, undefined, { status: 404 });
        const gone = await world.http('POST', new URL(made.webhookUrl).pathname, { body: {}, token: null });
        assert.equal(gone.status, 404, gone.text);
    });
});

describe('at rest', () => {
    test('no secret lies readable in the data folder', async () => {
        const made = await world.addWebhook({ verification: 'signed', preset: 'github' }, 'Sealed');
        const secret = made.configuration.secret;
        for (const name of readdirSync(world.data, { recursive: true })) {
            const path = join(world.data, name);
            if (!statSync(path).isFile()) continue;
            assert.equal(readFileSync(path).indexOf(secret), -1, `${name} holds the secret in clear`);
        }
    });

    test('the configuration is an envelope, in the table of the contract', async (t) => {
        const database = readdirSync(world.data).map((n) => join(world.data, n)).find((path) => {
            try {
                execFileSync('sqlite3', ['-readonly', path, 'SELECT 1 FROM integrations LIMIT 1'], { stdio: 'pipe' });
                return true;
            } catch {
                return false;
            }
        });
        if (!database) return t.skip('skipped: no sqlite3 command');
        const columns = 'id, establishment_slug, type, name, status, configuration, last_sync, last_error, is_active, created_at, updated_at';
        const rows = JSON.parse(execFileSync('sqlite3', ['-readonly', '-json', database, `SELECT ${columns} FROM integrations`], { encoding: 'utf8' }));
        const sealed = JSON.parse(rows.at(-1).configuration);
        assert.deepEqual(Object.keys(sealed).sort(), ['ct', 'kid', 'nonce', 'v']);
        execFileSync('sqlite3', ['-readonly', database, 'SELECT id, integration_id, action, status, message, data, created_at FROM integration_logs']);
    });

    test('a wrong key refuses to start and says why; the right one starts again', async () => {
        const key = join(world.data, 'master.key');
        assert.equal(statSync(key).mode & 0o777, 0o600);
        await world.server.stop();
        const right = readFileSync(key);
        const serve = async () => command(['serve', '--data', world.data, '--listen', `127.0.0.1:${await freePort()}`]);
        renameSync(key, `${key}.away`);
        const missing = await serve();
        assert.equal(missing.status, 1, missing.stderr);
        assert.match(missing.stderr, /key/i);
        renameSync(`${key}.away`, key);
        const wrong = Buffer.from(right);
        for (let i = wrong.length - 10; i < wrong.length - 2; i++) wrong[i] = wrong[i] === 0x61 ? 0x62 : 0x61;
        writeFileSync(key, wrong);
        const other = await serve();
        assert.equal(other.status, 1, other.stderr);
        assert.match(other.stderr, /key/i);
        writeFileSync(key, right);
        await world.server.launch();
        assert.ok((await world.all('/integrations')).length > 0);
    });
});
