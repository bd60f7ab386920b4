// Taking webhooks: 1 KiB bodies, each signed and each another reservation, over 64 connections.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { begin, eventually, temporaryFolder } from '../../tests/scenario/lib/process.mjs';
import { nightsSold } from './hotel.mjs';
import { messageBytes, writeCsv, writeMessages } from './reservations.mjs';
import { buildNext, openOurs, rivalServers, secret } from './servers.mjs';
import { conditions, cpu_s, median, memory_mb, of, ratio, round, run, say, table, tool } from './tools.mjs';

const connections = 64;
const warmUp_s = 1; // a compiler at run time has seen the code, and every file is open
const mostOfAll = 100_000; // a second, by whoever keeps the messages

async function load(server, bodies, first, count, seconds) {
    const args = [server.port, server.path, secret, bodies.path, first, count, seconds, connections].map(String);
    const out = JSON.parse((await run(tool('loader'), args)).stdout);
    assert.equal(out.refused, 0, 'every answer is 2xx');
    return out;
}

// One server, one round.
async function once(contestant, bodies, seconds) {
    const before = await conditions();
    const server = await contestant.start();
    let beside;
    try {
        const most = Math.min(contestant.most, mostOfAll);
        const warm = await load(server, bodies, 0, most * warmUp_s, warmUp_s);
        if (server.world) await drained(server);
        beside = await contestant.beside?.(server);
        const used_s = cpu_s(server.pid);
        const out = await load(server, bodies, warm.sent, most * seconds, seconds);
        beside?.check();
        out.cpu_us = ((cpu_s(server.pid) - used_s) * 1e6) / out.sent;
        Object.assign(out, before);
        out.peak_mb = memory_mb(server.pid, 'VmHWM');
        const sent = warm.sent + out.sent;
        if (server.kept) assert.equal(await server.kept(), sent, 'everything answered is kept');
        if (server.world && !beside) {
            out.drain_s = await drained(server);
            out.drained_peak_mb = memory_mb(server.pid, 'VmHWM');
            assert.equal(await nightsSold(server.world), bodies.sold[sent], 'everything answered is applied');
        }
        return out;
    } finally {
        await beside?.stop();
        await server.stop();
    }
}

// How long it takes until all is applied, in seconds. Messages are applied in order: when the newest is, all are.
async function drained({ world, hook }) {
    const from = performance.now();
    const newest = () => world.api('GET', `/integrations/${hook.id}/messages?limit=1`);
    await eventually(async () => (await newest()).data[0].result !== null, { timeout_ms: 3_600_000, every_ms: 100 });
    return (performance.now() - from) / 1000;
}

// A process that runs during a measurement, and must outlive it.
function companion(child, ended, what) {
    return {
        check: () => assert.equal(child.exitCode, null, `${what} ran all the time`),
        stop: () => (child.kill('SIGKILL'), ended),
    };
}

// A large file goes into the same hotel, by the command.
const importing = (csv) => async ({ world }) => {
    const { child, ended } = begin(['import', csv, '--hotel', world.hotel, '--data', world.data]);
    const it = companion(child, ended, 'the import');
    try {
        await eventually(async () => (await world.api('GET', '/imports')).data[0]?.status === 'running');
    } catch (e) {
        await it.stop();
        throw e;
    }
    return it;
};

// One that only computes: what an import's share of the processors alone would cost.
async function computing() {
    const child = spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' });
    return companion(child, new Promise((done) => child.on('close', done)), 'the busy loop');
}

export async function benchIntake({ rounds, seconds, rows, only }) {
    await buildNext();
    const folder = temporaryFolder('selfkey-bench-');
    try {
        const bodies = { path: join(folder.path, 'bodies') };
        bodies.sold = await writeMessages(bodies.path, mostOfAll * (warmUp_s + seconds));
        const csv = join(folder.path, 'reservations.csv');
        await writeCsv(csv, rows);
        const ours = { key: 'ours', name: 'selfkey serve', most: mostOfAll, start: openOurs };
        const all = [
            ...(await rivalServers()),
            { ...ours, key: 'importing', name: `selfkey serve, beside an import of ${round(rows)} rows`, beside: importing(csv) },
            { ...ours, key: 'computing', name: 'selfkey serve, beside a process that only computes', beside: computing },
        ];
        const stranger = only.find((key) => !all.some((c) => c.key === key));
        if (stranger) throw new Error(`ONLY: there is no ${stranger}, but ${all.map((c) => c.key).join(' ')}`);
        const contestants = [ours, ...all.filter((c) => !only.length || only.includes(c.key))];
        for (const c of contestants) c.runs = [];
        say(`intake: bodies of ${messageBytes} bytes, ${connections} connections, ${seconds} s each`);
        for (let i = 0; i < rounds; i++) {
            for (const c of contestants) {
                const out = await once(c, bodies, seconds);
                c.runs.push(out);
                const drain = out.drain_s === undefined ? '' : `; the rest applied ${round(out.drain_s, 1)} s later`;
                say(`  round ${i + 1}: ${c.name}: ${round(out.perSecond)}/s, p99 ${round(out.p99_ms, 1)} ms${drain}`);
            }
        }
        return report(contestants, { rounds, seconds });
    } finally {
        folder.remove();
    }
}

function report(contestants, settings) {
    const by = Object.fromEntries(contestants.map((c) => [c.key, c]));
    const { ours } = by;
    const times = (key) => ratio(ours, by[key], 'perSecond');
    const heading = ['intake', 'requests/s', 'p50 ms', 'p99 ms', 'cpu µs', 'peak MB', 'fsync ms', 'others %'];
    const figures = (c) => [
        c.name,
        round(of(c, 'perSecond')),
        round(of(c, 'p50_ms'), 1),
        round(of(c, 'p99_ms'), 1),
        round(of(c, 'cpu_us'), 1),
        round(Math.max(...c.runs.map((r) => r.peak_mb))),
        round(of(c, 'fsync_ms'), 2),
        round(100 * of(c, 'others')),
    ];
    const rivals = contestants.filter((c) => c.start !== ours.start);
    const besides = contestants
        .filter((c) => c.beside)
        .map((c) => [...figures(c), `${round(ratio(c, ours, 'perSecond'), 2)} ×`]);
    const against = rivals.map((c) => [...figures(c), `${round(times(c.key), 2)} ×`]);
    say(`\n${table([[...heading, 'ours is'], [...figures(ours), ''], ...against])}\n`);
    if (besides.length) say(`${table([[...heading, 'of alone'], ...besides])}\n`);
    const applied = median(ours.runs.map((r) => r.sent / (r.seconds + r.drain_s)));
    const drain = of(ours, 'drain_s');
    say(`applied: ${round(applied)}/s; after ${settings.seconds} s of load the backlog drained in ${round(drain, 1)} s\n`);
    return {
        ...settings,
        contestants: contestants.map(({ key, name, runs }) => ({ key, name, runs })),
        oursPerContestant: Object.fromEntries(contestants.slice(1).map((c) => [c.key, times(c.key)])),
        appliedPerSecond: applied,
        drain_s: drain,
        targets: targets(by, times),
    };
}

function targets(by, times) {
    const target = (what, wanted, got, met) => ({ what: `intake: ${what}`, target: wanted, got, met });
    const multiple = (key, least) =>
        target(`requests/s, of ${by[key].name}`, `at least ${least} ×`, `${round(times(key), 2)} ×`, times(key) >= least);
    const p99 = of(by.ours, 'p99_ms');
    const beside = by.importing && by.computing && ratio(by.importing, by.computing, 'perSecond');
    return [
        ...Object.entries({ bare: 0.45, fastify: 10, group: 1.4, next: 40 })
            .filter(([key]) => by[key])
            .map(([key, least]) => multiple(key, least)),
        target('p99', 'under 15 ms', `${round(p99, 1)} ms`, p99 < 15),
        ...(beside
            ? [target('beside an import, of beside one that computes', 'at least 0.9 ×', `${round(beside, 2)} ×`, beside >= 0.9)]
            : []),
    ];
}
