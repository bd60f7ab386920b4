// Importing a file of reservations, against what SQLite's own shell does with the same file: one table with the same
// keys, nothing checked.
import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { program, temporaryFolder } from '../../tests/scenario/lib/process.mjs';
import { nightsSold, openHotel } from './hotel.mjs';
import { csvColumns, writeCsv } from './reservations.mjs';
import { conditions, measured, of, ratio, round, run, say, table } from './tools.mjs';

const sqlTypes = { reference: 'TEXT PRIMARY KEY', adults: 'INTEGER' };

// The keys are those of our table of reservations: the reference, arrival, and the guest.
function shellScript(csv, pragmas) {
    const columns = csvColumns.map((c) => `${c} ${sqlTypes[c] ?? 'TEXT'}`);
    return [
        ...pragmas,
        `CREATE TABLE reservations (${columns.join(', ')});`,
        'CREATE INDEX by_arrival ON reservations (arrival);',
        'CREATE INDEX by_guest ON reservations (email);',
        `.import --csv --skip 1 ${csv} reservations`,
        "SELECT 'rows', count(*) FROM reservations;\n",
    ].join('\n');
}

async function shell(file, pragmas) {
    const folder = temporaryFolder('selfkey-bench-');
    try {
        const out = await measured('sqlite3', [join(folder.path, 'table.db')], { stdin: shellScript(file.path, pragmas) });
        assert.match(out.stdout, new RegExp(`^rows\\|${file.rows}$`, 'm'), 'all rows are in the table');
        return out;
    } finally {
        folder.remove();
    }
}

async function ours(file) {
    const world = await openHotel();
    try {
        await world.server.stop();
        const out = await measured(program, ['import', file.path, '--hotel', world.hotel, '--data', world.data]);
        await world.server.launch();
        assert.equal(await nightsSold(world), file.nights, 'all nights are sold');
        return out;
    } finally {
        await world.close();
    }
}

export async function benchImport({ rows, rounds }) {
    const folder = temporaryFolder('selfkey-bench-');
    try {
        const file = { path: join(folder.path, 'reservations.csv'), rows };
        file.nights = await writeCsv(file.path, rows);
        say(`import: ${round(rows)} reservations, ${csvColumns.length} columns, ${round(statSync(file.path).size / 1e6)} MB`);
        const version = (await run('sqlite3', ['--version'])).stdout.split(' ')[0];
        const contestants = [
            { name: 'selfkey import', go: () => ours(file) },
            { name: `sqlite3 ${version} .import, defaults`, rival: true, go: () => shell(file, []) },
            {
                name: `sqlite3 ${version} .import, WAL, 200 MB cache`,
                rival: true,
                go: () => shell(file, ['PRAGMA journal_mode = WAL;', 'PRAGMA cache_size = -200000;']),
            },
        ];
        for (const c of contestants) c.runs = [];
        for (let i = 0; i < rounds; i++) {
            for (const c of contestants) {
                const before = await conditions();
                const { seconds, peak_mb, cpu_s } = await c.go();
                c.runs.push({ seconds, peak_mb, cpu_s, ...before });
                say(`  round ${i + 1}: ${c.name}: ${round(seconds, 1)} s, peak ${round(peak_mb)} MB`);
            }
        }
        return report(contestants, { rows, rounds });
    } finally {
        folder.remove();
    }
}

function report(contestants, { rows, rounds }) {
    const [self, ...rivals] = contestants;
    const lines = contestants.map((c) => [
        c.name,
        round(of(c, 'seconds'), 1),
        round(of(c, 'cpu_s'), 1),
        round(Math.max(...c.runs.map((r) => r.peak_mb))),
        round(of(c, 'fsync_ms'), 2),
        round(100 * of(c, 'others')),
        c.rival ? `${round(ratio(self, c, 'seconds'), 2)} ×` : '',
    ]);
    say(`\n${table([['import', 'seconds', 'processor s', 'peak MB', 'fsync ms', 'others %', 'ours takes'], ...lines])}\n`);
    const times = ratio(self, rivals[0], 'seconds');
    const peak_mb = Math.max(...self.runs.map((r) => r.peak_mb));
    return {
        rows,
        rounds,
        contestants: contestants.map(({ name, runs }) => ({ name, runs })),
        ratios: Object.fromEntries(rivals.map((c) => [c.name, ratio(self, c, 'seconds')])),
        targets: [
            {
                what: `import: wall time, of ${rivals[0].name}`,
                target: 'at most 3 ×',
                got: `${round(times, 2)} ×`,
                met: times <= 3,
            },
            {
                what: 'import: peak memory',
                target: 'under 128 MiB',
                got: `${round(peak_mb)} MiB`,
                met: peak_mb < 128,
            },
        ],
    };
}
