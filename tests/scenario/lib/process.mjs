// The program under test: its commands, and its server with a data directory of its own.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const program = process.env.SELFKEY_BIN ?? fileURLToPath(new URL('../../../build/selfkey', import.meta.url));

// Whether it was built with the address or the thread sanitizer: such a program is slower and larger.
export const sanitized = /__[at]san_init/.test(readFileSync(program, 'latin1'));

// A sanitized build takes its time.
export const patience_ms = 30_000;

const environment = {
    ...process.env,
    LC_ALL: 'C.UTF-8',
    ASAN_OPTIONS: 'abort_on_error=0:exitcode=99:detect_leaks=1',
    UBSAN_OPTIONS: 'halt_on_error=1:exitcode=99:print_stacktrace=1',
    TSAN_OPTIONS: 'halt_on_error=1:exitcode=99:second_deadlock_stack=1',
};

// Fails when a sanitizer has said something, whatever the status and however the program ended.
function sanitizers(stderr) {
    const said = /^.*(?:Sanitizer\b|: runtime error: )/m.exec(stderr);
    if (said) throw new Error(`a sanitizer reported:\n${stderr.slice(said.index).slice(0, 6000)}`);
}

// Awaits what fn returns, again and again, until that is not false and nothing is thrown; the last failure is the error.
export async function eventually(fn, { timeout_ms = patience_ms, every_ms = 20 } = {}) {
    const deadline = Date.now() + timeout_ms;
    for (;;) {
        let failure = new Error('it did not happen in time');
        try {
            const value = await fn();
            if (value !== false) return value;
        } catch (e) {
            failure = e;
        }
        if (Date.now() > deadline) throw failure;
        await new Promise((done) => setTimeout(done, every_ms));
    }
}

export function temporaryFolder(name = 'selfkey-test-') {
    const path = mkdtempSync(join(tmpdir(), name));
    return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

// Starts one command: its process, and a promise of its end {status, signal, stdout, stderr}.
export function begin(args, { stdin = '', env = {}, cwd } = {}) {
    const child = spawn(program, args, { cwd, env: { ...environment, ...env } });
    const ended = new Promise((done, fail) => {
        const out = { stdout: '', stderr: '' };
        child.stdout.setEncoding('utf8').on('data', (s) => (out.stdout += s));
        child.stderr.setEncoding('utf8').on('data', (s) => (out.stderr += s));
        child.on('error', fail);
        child.on('close', (status, signal) => {
            try {
                sanitizers(out.stderr);
                done({ ...out, status, signal });
            } catch (e) {
                fail(e);
            }
        });
        child.stdin.on('error', () => {}); // a command that reads nothing may be gone already
        child.stdin.end(stdin);
    });
    return { child, ended };
}

// Runs one command to its end.
export function command(args, options) {
    return begin(args, options).ended;
}

export function freePort() {
    return new Promise((done, fail) => {
        const probe = createServer();
        probe.on('error', fail);
        probe.listen(0, '127.0.0.1', () => {
            const { port } = probe.address();
            probe.close(() => done(port));
        });
    });
}

export class Server {
    constructor(data, args) {
        this.data = data;
        this.args = args;
        this.log = '';
    }

    get tls() {
        return this.args.includes('--tls-cert');
    }

    get url() {
        return `http${this.tls ? 's' : ''}://127.0.0.1:${this.port}`;
    }

    // Resolves when the server says where it listens and /readyz agrees.
    static async start(data, { args = [] } = {}) {
        const server = new Server(data, args);
        await server.launch();
        return server;
    }

    // On a port of the system's choice, another one after each start.
    async launch() {
        const child = spawn(program, ['serve', '--data', this.data, '--listen', '127.0.0.1:0', ...this.args], {
            env: environment,
            stdio: ['ignore', 'pipe', 'pipe'],
        });
        this.child = child;
        this.ended = new Promise((done) => child.on('close', (status, signal) => done({ status, signal })));
        const from = this.log.length;
        await new Promise((ready, fail) => {
            const timer = setTimeout(() => fail(new Error(`no "listening on" in time:\n${this.log}`)), patience_ms);
            const take = (s) => {
                this.log += s;
                const said = /listening on https?:\/\/127\.0\.0\.1:(\d+)\n/.exec(this.log.slice(from));
                if (said) {
                    this.port = Number(said[1]);
                    clearTimeout(timer);
                    ready();
                }
            };
            child.stdout.setEncoding('utf8').on('data', take);
            child.stderr.setEncoding('utf8').on('data', take);
            child.on('error', fail);
            this.ended.then(({ status, signal }) => {
                clearTimeout(timer);
                fail(new Error(`the server ended (${status ?? signal}) before it listened:\n${this.log}`));
            });
        });
        const gone = () => child.exitCode !== null || child.signalCode !== null;
        if (!this.tls) await eventually(async () => gone() || (await fetch(`${this.url}/readyz`)).ok);
        if (gone()) throw new Error(`the server ended before it was ready:\n${this.log}`);
    }

    // Asks it to stop and awaits its end: it must end by itself, well, and with nothing a sanitizer minds.
    async stop() {
        if (!this.child || this.child.exitCode === 0 || this.child.signalCode === 'SIGKILL') return;
        this.child.kill('SIGTERM');
        const timer = setTimeout(() => this.child.kill('SIGKILL'), patience_ms);
        const { status, signal } = await this.ended;
        clearTimeout(timer);
        sanitizers(this.log);
        if (status !== 0) throw new Error(`the server ended with ${status ?? signal}:\n${this.log.slice(-6000)}`);
    }

    // As when the machine loses power, as far as one program can tell.
    async kill() {
        this.child.kill('SIGKILL');
        await this.ended;
        sanitizers(this.log);
    }
}
