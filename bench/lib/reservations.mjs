// Made-up reservations, the same ones in each run: no data of anybody's is needed to repeat a measurement.
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';

export const roomTypes = ['SGL', 'DBL', 'TWN', 'TRP', 'FAM', 'SUI', 'APT', 'STU'];
export const unitsOfEach = 10_000; // whatever is sold fits: selling is measured, not alerts

const firstNames = 'Emma Louis Jade Gabriel Zoë Raphaël Alice Léo Anna Paul Marie Jürgen Søren Chloé Noah Inès'.split(' ');
const lastNames = 'Martin Bernard Müller Dubois García Rossi Smith Petit Novák Moreau Jansen Andersson Leroy Silva'.split(' ');
const countries = ['FR', 'DE', 'ES', 'IT', 'GB', 'NL', 'BE', 'CH', 'US', 'SE'];
const channels = ['booking', 'airbnb', 'direct', 'expedia'];
const firstArrival = Date.UTC(2026, 0, 1);
export const calendar = 'from=2026-01-01&to=2028-01-31'; // all nights there can be
const arrivalDays = 730;
const day_ms = 86_400_000;

// xorshift32: numbers that look like chance, and are the same each time.
function chance(seed) {
    let x = seed;
    return (n) => {
        x ^= x << 13;
        x ^= x >>> 17;
        x ^= x << 5;
        return (x >>> 0) % n;
    };
}

const date = (ms) => new Date(ms).toISOString().slice(0, 10);
const money = (minor) => `${Math.floor(minor / 100)}.${String(minor % 100).padStart(2, '0')}`;
const plain = (name) => name.normalize('NFD').replace(/[^A-Za-z]/g, '').toLowerCase();

// Reservations of which no two series (seed 1, 2, …) share one. References are all different and come in no order, as a
// channel gives them: an odd factor permutes the numbers of 32 bits. Every third guest has been here before, one in twelve cancels.
function* series(count, seed) {
    const next = chance(seed);
    const dates = Array.from({ length: arrivalDays + 400 }, (_, i) => date(firstArrival + (i - 370) * day_ms));
    for (let i = 0; i < count; i++) {
        const arrival = 370 + next(arrivalDays);
        const nights = 1 + Math.min(next(7), next(7));
        const first = firstNames[next(firstNames.length)];
        const last = lastNames[next(lastNames.length)];
        const person = next(3) ? i : next(i + 1);
        yield {
            reference: `BK${((Math.imul(seed * 0x4000000 + i, 0x5bd1e995) >>> 0) + 1e10).toString(36).toUpperCase()}`,
            status: next(12) ? 'confirmed' : 'cancelled',
            bookedAt: `${dates[5 + next(360)]}T${String(next(24)).padStart(2, '0')}:${String(next(60)).padStart(2, '0')}:00Z`,
            channel: channels[next(channels.length)],
            totalAmount: money(nights * (6000 + 50 * next(400))),
            firstName: first,
            lastName: last,
            email: `${plain(first)}.${plain(last)}.${person}@example.org`,
            country: countries[next(countries.length)],
            roomType: roomTypes[next(roomTypes.length)],
            arrival: dates[arrival],
            departure: dates[arrival + nights],
            adults: 1 + next(3),
            nights,
        };
    }
}

export const csvColumns = [
    'reference', 'status', 'bookedAt', 'channel', 'currency', 'totalAmount', 'firstName', 'lastName', 'email', 'country',
    'roomType', 'arrival', 'departure', 'adults',
];

// A file of `count` reservations, one a row. Resolves to the nights that they sell.
export async function writeCsv(path, count, seed = 1) {
    const out = createWriteStream(path);
    let rows = `${csvColumns.join(',')}\n`;
    let sold = 0;
    for (const r of series(count, seed)) {
        rows += `${r.reference},${r.status},${r.bookedAt},${r.channel},EUR,${r.totalAmount},${r.firstName},${r.lastName},${r.email},`;
        rows += `${r.country},${r.roomType},${r.arrival},${r.departure},${r.adults}\n`;
        if (r.status === 'confirmed') sold += r.nights;
        if (rows.length > 1 << 20) {
            if (!out.write(rows)) await once(out, 'drain');
            rows = '';
        }
    }
    out.end(rows);
    await once(out, 'close');
    return sold;
}

export const messageBytes = 1024;

// The webhook's body for a reservation, in our own form (docs/messages.md), of exactly messageBytes bytes.
function message(r) {
    const text = JSON.stringify({
        type: 'reservation.created',
        timestamp: r.bookedAt,
        data: {
            reference: r.reference,
            status: r.status,
            revision: '1',
            bookedAt: r.bookedAt,
            currency: 'EUR',
            totalAmount: r.totalAmount,
            channel: r.channel,
            guest: { firstName: r.firstName, lastName: r.lastName, email: r.email, phone: '+33600000000', country: r.country, language: 'fr' },
            rooms: [
                {
                    reference: '1',
                    roomType: r.roomType,
                    ratePlan: 'BAR',
                    arrival: r.arrival,
                    departure: r.departure,
                    adults: r.adults,
                    children: 0,
                    amount: r.totalAmount,
                },
            ],
            notes: '',
        },
    });
    const notes = 'Arrives late by the last train, would like a quiet room on the courtyard and two extra pillows. ';
    const room = messageBytes - Buffer.byteLength(text);
    return text.replace('"notes":""', `"notes":"${notes.repeat(8).slice(0, room)}"`);
}

// A file of `count` webhook bodies, one a line, each another reservation. Resolves to `sold`: how many nights the first
// n of them sell, in sold[n].
export async function writeMessages(path, count, seed = 2) {
    const out = createWriteStream(path);
    const sold = new Uint32Array(count + 1);
    let i = 0;
    let lines = [];
    for (const r of series(count, seed)) {
        sold[i + 1] = sold[i] + (r.status === 'confirmed' ? r.nights : 0);
        lines.push(message(r));
        if (++i % 1000 === 0 || i === count) {
            if (!out.write(`${lines.join('\n')}\n`)) await once(out, 'drain');
            lines = [];
        }
    }
    out.end();
    await once(out, 'close');
    return sold;
}
