// Runs the unit tests of a build directory and counts them one by one: node scripts/unit.mjs DIR [PROCESSES [WHICH…]]
// WHICH is a folder with its slash (io/) or a module (io/db); without one, all are run.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const [dir, processes = '2', ...which] = process.argv.slice(2);
const all = JSON.parse(spawnSync('meson', ['introspect', '--tests', dir], { encoding: 'utf8' }).stdout || '[]');
const of = (w) => all.map((t) => t.name).filter((n) => n === w || (w.endsWith('/') && n.startsWith(w)));
const names = which.flatMap(of);
const nothing = which.filter((w) => !of(w).length);
if (nothing.length) throw new Error(`no tests of ${nothing.join(', ')} in ${dir}`);
const run = spawnSync(
    'meson',
    ['test', '-C', dir, '--no-rebuild', '--num-processes', processes, '--print-errorlogs', '--quiet', ...names],
    {
        stdio: ['ignore', 'inherit', 'inherit'],
        env: {
            ...process.env,
            ASAN_OPTIONS: 'abort_on_error=1:detect_leaks=1:strict_string_checks=1',
            UBSAN_OPTIONS: 'halt_on_error=1:print_stacktrace=1',
            TSAN_OPTIONS: 'halt_on_error=1:second_deadlock_stack=1',
        },
    },
);
if (run.error) throw run.error;

// cmocka closes with how many passed, failed and were skipped. A program that says nothing of the kind, or
// whose status tells otherwise (a sanitizer, a crash), is one failure more.
const sum = { PASSED: 0, FAILED: 0, SKIPPED: 0 };
const notes = new Set();
for (const line of readFileSync(join(dir, 'meson-logs/testlog.json'), 'utf8').split('\n').filter(Boolean)) {
    const test = JSON.parse(line);
    const text = `${test.stdout ?? ''}\n${test.stderr ?? ''}`;
    let failures = 0;
    let any = false;
    for (const m of text.matchAll(/^\[ {2}(PASSED |FAILED |SKIPPED) \] (\d+) test\(s\)/gm)) {
        sum[m[1].trim()] += Number(m[2]);
        any = true;
        if (m[1] === 'FAILED ') failures += Number(m[2]);
    }
    if (!any || (test.returncode !== 0 && !failures)) {
        console.log(`${test.name}: ended with status ${test.returncode} (${test.result})`);
        sum.FAILED++;
    }
    for (const m of text.matchAll(/^skipped: .*$/gim)) notes.add(m[0]);
}
for (const note of notes) console.log(note);
const skipped = sum.SKIPPED ? `, ${sum.SKIPPED} skipped` : '';
console.log(`unit: ${sum.PASSED} passed, ${sum.FAILED} failed${skipped}`);
process.exitCode = sum.FAILED ? 1 : 0;
