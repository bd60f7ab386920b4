// Runs the fuzzers of a build directory, two at a time: node scripts/fuzz.mjs DIR [SECONDS]
// SECONDS are of the whole, shared out to all of them; each at least runs what is known already.
//
// What is known: the inputs of ours in tests/fuzz/seeds/NAME, samples of others in place, and what earlier runs have
// learnt, in DIR/corpus. An input that brings a fuzzer down is left in DIR/found-NAME-…; running the fuzzer with that
// file shows it again. Once its cause is mended it belongs to tests/fuzz/seeds/NAME, under a name that says what it was.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

const [dir, seconds = '60'] = process.argv.slice(2);
const samples = process.env.SELFKEY_SHARED ?? '../shared';
const shared = {
    charset: ['data/csv', 'data/csv-suites'],
    csv: ['data/csv', 'data/csv-suites'],
    csv_file: ['data/csv', 'data/csv-suites'],
    json: ['data/json'],
};
const corpus_most = 1500; // inputs; then those that add nothing are dropped
const environment = {
    ...process.env,
    // A small quarantine keeps the memory in use small, and with it the time a fresh page takes.
    ASAN_OPTIONS: 'detect_leaks=1:strict_string_checks=1:quarantine_size_mb=8',
    UBSAN_OPTIONS: 'halt_on_error=1:print_stacktrace=1',
};

// libFuzzer reads folders flat: every folder below one with samples is one of its own.
function folders(path) {
    if (!existsSync(path)) return [];
    const below = readdirSync(path, { withFileTypes: true }).filter((d) => d.isDirectory());
    return [path, ...below.flatMap((d) => folders(join(path, d.name)))];
}

function options(name) {
    const dictionary = `tests/fuzz/dict/${name}.dict`;
    return ['-timeout=20', '-max_len=16384', '-rss_limit_mb=2048', '-verbosity=0', '-print_final_stats=1',
        `-artifact_prefix=${dir}/found-${name}-`, ...(existsSync(dictionary) ? [`-dict=${dictionary}`] : [])];
}

// Keeps of a large corpus what reaches something that nothing else does.
function distil(file, name, corpus) {
    if (readdirSync(corpus).length <= corpus_most) return;
    const fresh = `${corpus}.new`;
    rmSync(fresh, { recursive: true, force: true });
    mkdirSync(fresh);
    const run = spawnSync(file, ['-merge=1', ...options(name), fresh, corpus], { stdio: 'ignore', env: environment });
    if (run.status !== 0) return;
    rmSync(corpus, { recursive: true });
    renameSync(fresh, corpus);
}

function fuzz(name, each) {
    const file = join(dir, 'tests/fuzz', `fuzz_${name}`);
    const corpus = join(dir, 'corpus', name);
    mkdirSync(corpus, { recursive: true });
    distil(file, name, corpus);
    const known = [...(shared[name] ?? []).map((s) => join(samples, s)), join('tests/fuzz/seeds', name)].flatMap(folders);
    const child = spawn(file, [`-max_total_time=${each}`, ...options(name), corpus, ...known], {
        stdio: ['ignore', 'ignore', 'pipe'],
        env: environment,
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (s) => (said = (said + s).slice(-20_000)));
    return new Promise((done) => {
        child.on('error', (e) => done({ ok: false, said: String(e) }));
        child.on('close', (status, signal) => {
            const tries = /stat::number_of_executed_units:\s*(\d+)/.exec(said)?.[1];
            done({ ok: status === 0 && tries > 0, tries, said: `status ${status ?? signal}\n${said.slice(-6000)}` });
        });
    });
}

const names = readdirSync(join(dir, 'tests/fuzz'))
    .map((f) => /^fuzz_(\w+)$/.exec(f)?.[1])
    .filter(Boolean);
const waiting = [...names];
const places = Math.min(availableParallelism(), names.length);
const each = Math.max(2, Math.floor((Number(seconds) * places) / names.length));
let passed = 0;
let failed = 0;

async function work() {
    for (let name; (name = waiting.shift()); ) {
        const { ok, tries, said } = await fuzz(name, each);
        if (ok) passed++;
        else failed++;
        console.log(ok ? `ok ${name}: ${tries} inputs` : `FAILED ${name}: ${said}`);
    }
}

if (!names.length) throw new Error(`no fuzzers in ${dir}/tests/fuzz`);
await Promise.all(Array.from({ length: places }, work));
console.log(`fuzz: ${passed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
