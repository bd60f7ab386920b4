// The hotel that the benches sell: rooms for all, and a server that runs.
import assert from 'node:assert/strict';
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

// Nights sold as the calendar shows them: what was taken in must have become stock, or nothing was measured.
export async function nightsSold(world) {
    const { rooms } = await world.api('GET', `/calendar?${calendar}`);
    assert.equal(rooms.length, roomTypes.length);
    return rooms.flatMap((r) => r.days).reduce((sum, day) => sum + day.sold, 0);
}
