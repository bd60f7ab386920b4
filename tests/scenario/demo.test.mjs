// The demo tells the main job in the terminal, from outside the server, and ends with a verdict.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { begin, command, freePort, patience_ms } from './lib/process.mjs';

test('--once plays it through and ends with a summary and status 0', async () => {
    const out = await command(['demo', '--once', '--listen', `127.0.0.1:${await freePort()}`]);
    const told = out.stdout + out.stderr;
    assert.equal(out.status, 0, told);
    assert.match(told, /webhook/i);
    assert.match(told, /csv/i);
    assert.match(told, /stock/i);
});

test('without --once it goes on until it is stopped, and then ends well', async () => {
    const { child, ended } = begin(['demo', '--listen', `127.0.0.1:${await freePort()}`]);
    let told = '';
    await new Promise((done, fail) => {
        const timer = setTimeout(() => fail(new Error(`the demo said no address:\n${told}`)), patience_ms);
        for (const stream of [child.stdout, child.stderr]) {
            stream.on('data', (s) => {
                told += s;
                if (/http:\/\/127\.0\.0\.1:\d+/.test(told)) {
                    clearTimeout(timer);
                    done();
                }
            });
        }
        child.on('close', () => fail(new Error(`the demo ended by itself:\n${told}`)));
    });
    child.kill('SIGINT');
    const { status, signal } = await ended;
    assert.equal(status, 0, `${signal}: ${told}`);
});
