// Runs each fuzzer of a build directory for some seconds: node scripts/fuzz.mjs DIR [SECONDS]
//
// What it learns stays in DIR/corpus for the next run. An input that brings a fuzzer down is left in
// DIR/found-NAME-…, and running the fuzzer with that file shows it again.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const [dir, seconds = '10'] = process.argv.slice(2);
const samples = process.env.SELFKEY_SHARED ?? '../shared';
const seeds = {
    charset: ['data/csv', 'data/csv-suites'],
    csv: ['data/csv', 'data/csv-suites'],
    json: ['data/json'],
};
let passed = 0;
let failed = 0;

// libFuzzer reads folders flat: every folder below one with samples is one of its own.
function folders(path) {
    if (!existsSync(path)) return [];
    const below = readdirSync(path, { withFileTypes: true }).filter((d) => d.isDirectory());
    return [path, ...below.flatMap((d) => folders(join(path, d.name)))];
}

const fuzzers = readdirSync(join(dir, 'tests/fuzz')).filter((f) => /^fuzz_\w+$/.test(f));
for (const file of fuzzers) {
    const name = file.slice('fuzz_'.length);
    const corpus = join(dir, 'corpus', name);
    mkdirSync(corpus, { recursive: true });
    const known = [...(seeds[name] ?? []).map((s) => join(samples, s)), join('tests/fuzz/seeds', name)].flatMap(folders);
    const run = spawnSync(
        join(dir, 'tests/fuzz', file),
        [`-max_total_time=${seconds}`, '-timeout=10', '-max_len=16384', '-rss_limit_mb=2048', '-verbosity=0', '-print_final_stats=1',
            `-artifact_prefix=${dir}/found-${name}-`, corpus, ...known],
        { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, UBSAN_OPTIONS: 'halt_on_error=1' } },
    );
    const tries = /stat::number_of_executed_units:\s*(\d+)/.exec(run.stderr)?.[1];
    if (run.status === 0 && tries) {
        passed++;
        console.log(`ok ${name}: ${tries} inputs`);
    } else {
        failed++;
        console.log(`FAILED ${name}: status ${run.status ?? run.signal}\n${run.stderr.slice(-6000)}`);
    }
}
console.log(`fuzz: ${passed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
