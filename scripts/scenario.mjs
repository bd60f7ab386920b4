// Runs stories against a program: node scripts/scenario.mjs [FOLDER] PROGRAM [NAME…]
// e.g. build/selfkey webhooks, or tests/browser build/selfkey
import { spawn } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const words = process.argv.slice(2);
const named = statSync(words[0], { throwIfNoEntry: false })?.isDirectory();
const folder = named ? resolve(words.shift()) : fileURLToPath(new URL('../tests/scenario', import.meta.url));
const [program, ...names] = words;
const files = readdirSync(folder)
    .filter((f) => f.endsWith('.test.mjs') && (!names.length || names.includes(f.replace('.test.mjs', ''))))
    .map((f) => join(folder, f));

// Each file has a server of its own; within a file the tests run in their order.
const child = spawn(process.execPath, ['--test', '--test-reporter=spec', ...files], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, SELFKEY_BIN: resolve(program), NO_COLOR: '1' },
});
const sum = { pass: 0, fail: 0, skipped: 0 };
let rest = '';
child.stdout.on('data', (bytes) => {
    process.stdout.write(bytes);
    const lines = (rest + bytes).split('\n');
    rest = lines.pop();
    for (const line of lines) {
        const m = /^(?:#|ℹ) (pass|fail|cancelled|skipped) (\d+)$/.exec(line);
        if (m) sum[m[1] === 'cancelled' ? 'fail' : m[1]] += Number(m[2]);
    }
});
child.on('close', (status) => {
    if (status !== 0 && !sum.fail) sum.fail = 1;
    const skipped = sum.skipped ? `, ${sum.skipped} skipped` : '';
    console.log(`${basename(folder)}: ${sum.pass} passed, ${sum.fail} failed${skipped}`);
    process.exitCode = sum.fail ? 1 : 0;
});
