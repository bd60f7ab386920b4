// The hotel that the benches sell: rooms for all, and a server that runs.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, freePort, program } from '../../tests/scenario/lib/process.mjs';
import { openWorld } from '../../tests/scenario/lib/world.mjs';
import { calendar, roomTypes, unitsOfEach } from './reservations.mjs';

export async function openHotel() {
    const world = await openWorld();
    try {
        for (const code of roomTypes) await world.addRoom(code, unitsOfEach);
    } catch (e) {
        await world.close();
        throw e;
    }
    return world;
}

// A server on data that no other server uses. Its log goes to a file, as it would with whoever runs it, and not to this
// process, which would take part in the work: {port, url, child, stop()}.
export async function serve(data) {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const log = openSync(join(data, 'log'), 'a');
    const child = spawn(program, ['serve', '--data', data, '--listen', `127.0.0.1:${port}`], { stdio: ['ignore', log, log] });
    closeSync(log);
    const ended = new Promise((done) => child.on('close', done));
    const server = { port, url, child, stop: () => (child.kill('SIGTERM'), ended) };
    try {
        await eventually(async () => {
            assert.equal(child.exitCode, null, 'the server runs');
            return (await fetch(`${url}/readyz`)).ok;
        });
        return server;
    } catch (e) {
        await server.stop();
        throw e;
    }
}

// Nights sold as the calendar shows them: what was taken in must have become stock, or nothing was measured.
export async function nightsSold(world) {
    const { rooms } = await world.api('GET', `/calendar?${calendar}`);
    assert.equal(rooms.length, roomTypes.length);
    return rooms.flatMap((r) => r.days).reduce((sum, day) => sum + day.sold, 0);
}
