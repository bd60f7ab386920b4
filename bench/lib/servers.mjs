// The servers that intake is measured at. Each is started anew, on data of its own, for each round:
// {port, path, pid, stop()}, and `kept()`, how many messages it says it has, where it keeps any.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, freePort, temporaryFolder } from '../../tests/scenario/lib/process.mjs';
import { openHotel, serve } from './hotel.mjs';
import { here, run, tool } from './tools.mjs';

export const secret = `whsec_${Buffer.from('a secret of the benches only').toString('base64')}`;

const rivals = join(here, 'rivals');
const next = join(rivals, 'node_modules/next/dist/bin/next');

const version = (name) => JSON.parse(readFileSync(join(rivals, 'node_modules', name, 'package.json'), 'utf8')).version;

// A program that says "listening on PORT", or listens on the port it was given.
async function launch(program, args, { env = {}, port } = {}) {
    const child = spawn(program, args, { env: { ...process.env, WEBHOOK_SECRET: secret, ...env } });
    let said = '';
    const ended = new Promise((done) => child.on('close', done));
    child.stdout.setEncoding('utf8').on('data', (s) => (said += s));
    child.stderr.setEncoding('utf8').on('data', (s) => (said += s));
    const listening = await eventually(async () => {
        if (child.exitCode !== null) throw new Error(`${program} ${args.join(' ')} ended:\n${said}`);
        if (port) return (await fetch(`http://127.0.0.1:${port}/`)) && port;
        return Number(/^listening on (\d+)$/m.exec(said)?.[1]) || false;
    });
    return { port: listening, path: '/webhooks', pid: child.pid, stop: () => (child.kill('SIGKILL'), ended) };
}

async function withDatabase(start) {
    const folder = temporaryFolder('selfkey-bench-');
    const path = join(folder.path, 'messages.db');
    try {
        const server = await start(path);
        const count = "SELECT count(*) FROM messages WHERE verdict = 'accepted'";
        return {
            ...server,
            kept: async () => Number((await run('sqlite3', [path, count])).stdout),
            stop: () => server.stop().then(folder.remove),
        };
    } catch (e) {
        folder.remove();
        throw e;
    }
}

const fastify = (mode) => () =>
    withDatabase((path) => launch(process.execPath, [join(rivals, 'fastify.mjs'), mode, path], { env: { NODE_ENV: 'production' } }));

async function nextjs() {
    const port = await freePort();
    const args = [next, 'start', join(rivals, 'next'), '--hostname', '127.0.0.1', '--port', port];
    const env = { NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' };
    return withDatabase((path) => launch(process.execPath, args, { port, env: { ...env, DATABASE: path } }));
}

// Our own, with rooms to sell and a signed webhook.
export async function openOurs() {
    const world = await openHotel();
    try {
        const hook = await world.addWebhook({ verification: 'signed', preset: 'standard', secret });
        await world.server.stop();
        world.server = await serve(world.data);
        const { pathname } = new URL(hook.webhookUrl);
        return { port: world.server.port, path: pathname, pid: world.server.child.pid, world, hook, stop: () => world.close() };
    } catch (e) {
        await world.close();
        throw e;
    }
}

// most: requests a second that none will reach, for which signatures are made beforehand.
export const rivalServers = async () => {
    const { stdout } = await run('pkg-config', ['--modversion', 'libmicrohttpd']);
    const bare = { key: 'bare', name: `libmicrohttpd ${stdout.trim()}, answering 200`, most: 200_000, start: () => launch(tool('bare'), []) };
    if (!existsSync(next)) return [bare]; // scripts/setup has said why
    const sqlite = `better-sqlite3 ${version('better-sqlite3')}`;
    return [
        bare,
        { key: 'fastify', name: `Fastify ${version('fastify')} + ${sqlite}`, most: 40_000, start: fastify('one') },
        { key: 'group', name: 'the same Fastify with group commit', most: 100_000, start: fastify('group') },
        { key: 'next', name: `Next.js ${version('next')} + ${sqlite}`, most: 20_000, start: nextjs },
    ];
};

// Unless it has been built from these files.
export async function buildNext() {
    if (!existsSync(next)) return;
    const changed_ms = (path) => statSync(join(rivals, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;
    const sources = ['package-lock.json', 'store.mjs', 'next/next.config.mjs', 'next/app/webhooks/route.js'];
    if (changed_ms('next/.next/BUILD_ID') > Math.max(...sources.map(changed_ms))) return;
    await run(process.execPath, [next, 'build', join(rivals, 'next')], { env: { NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' } });
}
