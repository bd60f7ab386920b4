// A hotel to test with: its data, its owner's token, and a server, all of them gone after the test.
import assert from 'node:assert/strict';
import { command, eventually, Server, temporaryFolder } from './process.mjs';

export const password = 'correct horse battery staple';

// n days from today, as a date: tests never meet a night that has passed.
export function day(n) {
    return new Date(Date.now() + n * 86_400_000).toISOString().slice(0, 10);
}

export class World {
    // Given a function record(asked, answered), it is told of everything that the program answers.

    // Runs `selfkey …` on this world's data; a status other than the expected one fails with what it said.
    async run(args, { stdin, status = 0 } = {}) {
        const out = await command([...args, '--data', this.data], { stdin });
        this.record?.(`selfkey ${args.join(' ')}`, out.stdout + out.stderr);
        assert.equal(out.status, status, `selfkey ${args.join(' ')}: ${out.signal ?? ''}${out.stderr}${out.stdout}`);
        return out;
    }

    async addHotel(slug, { currency = 'EUR', timezone = 'Europe/Paris' } = {}) {
        await this.run(['hotel', 'add', slug, '--name', `Hôtel ${slug}`, '--timezone', timezone, '--currency', currency]);
    }

    // A user with a role (or `operator`), and the bearer token of one.
    async addUser(email, { hotel, role }) {
        const member = hotel ? ['--hotel', hotel, '--role', role] : ['--operator'];
        await this.run(['user', 'add', email, ...member], { stdin: password });
        const { stdout } = await this.run(['token', 'add', 'test', '--user', email]);
        assert.match(stdout, /^\S+\n$/, 'the token stands alone on standard output');
        return stdout.trim();
    }

    // One HTTP exchange: {status, headers, body: parsed when it is JSON, text}.
    async http(method, path, { body, headers = {}, token = this.token, raw = false } = {}) {
        const all = { ...headers };
        if (token) all.authorization = `Bearer ${token}`;
        let bytes = body;
        if (body !== undefined && !raw) {
            bytes = JSON.stringify(body);
            all['content-type'] ??= 'application/json';
        }
        const answer = await fetch(this.server.url + path, { method, headers: all, body: bytes, redirect: 'manual' });
        const text = await answer.text();
        this.record?.(`${method} ${path}`, `${[...answer.headers].join('\n')}\n\n${text}`);
        const json = /\bjson\b/.test(answer.headers.get('content-type') ?? '');
        return { status: answer.status, headers: answer.headers, text, body: json && text ? JSON.parse(text) : undefined };
    }

    // The same below the hotel's address; a status other than the expected one fails.
    async api(method, path, body, { status, ...options } = {}) {
        const answer = await this.http(method, `/api/admin/${this.hotel}${path}`, { body, ...options });
        if (status === undefined) assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.text}`);
        else assert.equal(answer.status, status, `${method} ${path}: ${answer.text}`);
        return answer.body;
    }

    addRoom(code, units = 5) {
        return this.api('POST', '/rooms', { code, name: `Room ${code}`, units });
    }

    addWebhook(configuration, name = 'Booking engine') {
        return this.api('POST', '/integrations', { type: 'webhook', name, configuration });
    }

    async all(path) {
        const found = [];
        const mark = path.includes('?') ? '&' : '?';
        for (let cursor = ''; cursor !== null; ) {
            const page = await this.api('GET', `${path}${mark}limit=200${cursor && `&cursor=${cursor}`}`);
            found.push(...page.data);
            cursor = page.nextCursor;
        }
        return found;
    }

    // What the night of a date holds of a room type: {physical, sold, held, available, …}.
    async night(date, room = 'DBL') {
        const { rooms } = await this.api('GET', `/calendar?from=${date}&to=${date}`);
        return rooms.find((r) => r.roomType === room).days[0];
    }

    reservations() {
        return this.all('/reservations');
    }

    // The reservation once it is there, and `ready` about it.
    reservation(reference, ready = () => true) {
        return eventually(async () => {
            const found = (await this.reservations()).find((r) => r.reference === reference);
            assert.ok(found, `reservation ${reference} is there`);
            assert.ok(ready(found), `reservation ${reference} became what was awaited: ${JSON.stringify(found)}`);
            return found;
        });
    }

    async close() {
        try {
            await this.server?.stop();
        } finally {
            this.folder.remove();
        }
    }
}

// A hotel `demo` with its owner, and a server that runs.
export async function openWorld({ args } = {}) {
    const world = new World();
    world.folder = temporaryFolder();
    world.data = world.folder.path;
    world.hotel = 'demo';
    try {
        await world.addHotel('demo');
        world.token = await world.addUser('owner@example.org', { hotel: 'demo', role: 'owner' });
        world.server = await Server.start(world.data, { args });
    } catch (e) {
        await world.close();
        throw e;
    }
    return world;
}

// Our own reservation message.
export function message(reference, changes = {}, type = 'reservation.created') {
    return {
        type,
        timestamp: new Date().toISOString(),
        data: {
            reference,
            status: 'confirmed',
            currency: 'EUR',
            totalAmount: '412.50',
            guest: { firstName: 'Zoë', lastName: 'Martin', email: 'zoe@example.org', country: 'FR' },
            rooms: [{ reference: '1', roomType: 'DBL', arrival: day(30), departure: day(33), adults: 2, amount: '412.50' }],
            ...changes,
        },
    };
}
