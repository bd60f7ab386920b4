// What the benches share: tools, medians, tables.
import { spawn } from 'node:child_process';
import { closeSync, fsyncSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const here = fileURLToPath(new URL('..', import.meta.url));
const tools = process.env.BENCH_TOOLS;
const quiet_ms = 1000 * Number(process.env.QUIET_SECONDS ?? 20);

export const tool = (name) => join(tools, `bench-${name}`);

export function median(list) {
    const sorted = [...list].sort((a, b) => a - b);
    const middle = sorted.length >> 1;
    return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

// The processor's time that a process has used, in seconds: fields 14 and 15 of /proc/PID/stat, in ticks of 10 ms.
export function cpu_s(pid) {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
}

// The median of a figure of a contestant's runs, and of its ratio to another's in the same round: what drifts from one
// round to the next touches both.
export const of = (contestant, what) => median(contestant.runs.map((r) => r[what]));
export const ratio = (a, b, what) => median(a.runs.map((r, i) => r[what] / b.runs[i][what]));

// Runs a program to its end: what it wrote on standard output; anything but status 0 is an error.
export function run(program, args, { stdin = '', env = {} } = {}) {
    const child = spawn(program, args, { env: { ...process.env, ...env } });
    const out = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (s) => (out.stdout += s));
    child.stderr.setEncoding('utf8').on('data', (s) => (out.stderr += s));
    child.stdin.on('error', () => {});
    child.stdin.end(stdin);
    return new Promise((done, fail) => {
        child.on('error', fail);
        child.on('close', (status, signal) => {
            if (status === 0) done(out);
            else fail(new Error(`${program} ${args.join(' ')}: ${status ?? signal}\n${out.stderr}${out.stdout}`));
        });
    });
}

// The same, with what it cost: {seconds, peak_mb, cpu_s}.
export async function measured(program, args, options) {
    const out = await run(tool('measured'), [program, ...args], options);
    const [, , seconds, peak_kb, user_s, system_s] = /^measured: (\d+) (\S+) (\d+) (\S+) (\S+)$/m.exec(out.stderr).map(Number);
    return { ...out, seconds, peak_mb: peak_kb / 1024, cpu_s: user_s + system_s };
}

// A field of /proc/PID/status in MiB: VmRSS is resident now, VmHWM was at its peak.
export function memory_mb(pid, field = 'VmRSS') {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)[1]) / 1024;
}

// What making 4 KiB durable costs here: without it no figure of a durable server can be read.
export function fsync_ms() {
    const path = join(tmpdir(), `selfkey-bench-fsync-${process.pid}`);
    const fd = openSync(path, 'w');
    const took = [];
    try {
        for (let i = 0; i < 50; i++) {
            const from = process.hrtime.bigint();
            writeSync(fd, Buffer.alloc(4096, i));
            fsyncSync(fd);
            took.push(Number(process.hrtime.bigint() - from) / 1e6);
        }
    } finally {
        closeSync(fd);
        rmSync(path);
    }
    return median(took);
}

// The processors' time so far, in ticks: of work, and of all.
function ticks() {
    const all = readFileSync('/proc/stat', 'utf8').split('\n')[0].trim().split(/\s+/).slice(1).map(Number);
    const total = all.slice(0, 8).reduce((sum, n) => sum + n, 0);
    return { busy: total - all[3] - all[4], total }; // idle, and waiting for a disk
}

// Which part of the processors others use, over 300 ms.
async function othersShare() {
    const from = ticks();
    await sleep(300);
    const to = ticks();
    return (to.busy - from.busy) / (to.total - from.total);
}

// How the machine is just before something is measured: the cost of a durable write, and how much of the processors
// others use, which is waited for to become little. What was written before is on disk then, no burden of whoever
// runs next.
export async function conditions() {
    await run('sync', []);
    const until = performance.now() + quiet_ms;
    let others = await othersShare();
    while (others > 0.2 && performance.now() < until) others = await othersShare();
    return { fsync_ms: fsync_ms(), others };
}

export function machine() {
    return { processor: cpus()[0].model.trim(), cores: cpus().length, node: process.version, fsync_ms: fsync_ms() };
}

export const round = (n, places = 0) => Number(n.toFixed(places)).toLocaleString('en', { minimumFractionDigits: places });

// Rows of texts as a Markdown table; the first row is the heading. All but the first column stand right.
export function table(rows) {
    const widths = rows[0].map((_, i) => Math.max(3, ...rows.map((r) => String(r[i]).length)));
    const line = (r) => `| ${r.map((c, i) => (i ? String(c).padStart(widths[i]) : String(c).padEnd(widths[i]))).join(' | ')} |`;
    const rule = `|${widths.map((w, i) => (i ? `${'-'.repeat(w + 1)}:` : '-'.repeat(w + 2))).join('|')}|`;
    return [line(rows[0]), rule, ...rows.slice(1).map(line)].join('\n');
}

export function say(text) {
    process.stdout.write(`${text}\n`);
}
