// Runs the benches named, or all, and ends with the targets. A target missed is told, it is no failure: figures of a
// loaded machine would make it one. Only what could not be measured at all ends with status 1.
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { benchIdle } from './lib/idle.mjs';
import { benchImport } from './lib/import.mjs';
import { benchIntake } from './lib/intake.mjs';
import { here, machine, round, say, table } from './lib/tools.mjs';

const number = (name, otherwise) => {
    const n = Number(process.env[name] ?? otherwise);
    if (!Number.isInteger(n) || n < 1) throw new Error(`${name} must be a whole number above 0`);
    return n;
};
const only = (process.env.ONLY ?? '').split(' ').filter(Boolean);
const options = { rounds: number('ROUNDS', 3), seconds: number('LOAD_SECONDS', 5), rows: number('ROWS', 1_000_000), only };
const benches = { idle: benchIdle, intake: benchIntake, import: benchImport };

const named = process.argv.slice(2);
const stranger = named.find((name) => !Object.hasOwn(benches, name));
if (stranger !== undefined) {
    process.stderr.write(`bench/run: no such bench: ${stranger}. There are: ${Object.keys(benches).join(' ')}\n`);
    process.exit(2);
}

const results = { at: new Date().toISOString(), machine: machine() };
const { processor, cores, node, fsync_ms } = results.machine;
say(`${results.at.slice(0, 10)}: ${cores} × ${processor}, node ${node}, data in ${tmpdir()}, where a durable 4 KiB takes ${round(fsync_ms, 2)} ms`);
for (const name of named.length ? named : Object.keys(benches)) {
    results[name] = await benches[name](options);
    writeFileSync(join(here, 'results.json'), `${JSON.stringify(results, null, 2)}\n`);
}
const targets = Object.values(results).flatMap((r) => r.targets ?? []);
say(table([['target', 'wanted', 'here', ''], ...targets.map((t) => [t.what, t.target, t.got, t.met ? 'met' : 'MISSED'])]));
