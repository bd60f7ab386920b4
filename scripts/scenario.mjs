// Runs the scenarios against a program: node scripts/scenario.mjs PROGRAM [NAME…], e.g. build/selfkey webhooks
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const [program, ...names] = process.argv.slice(2);
const folder = fileURLToPath(new URL('../tests/scenario', import.meta.url));
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
    console.log(`scenario: ${sum.pass} passed, ${sum.fail} failed${skipped}`);
    process.exitCode = sum.fail ? 1 : 0;
});
