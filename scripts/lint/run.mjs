// Checks the tree against its rules, and each rule against faults planted for it: node scripts/lint/run.mjs [RULE…]
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { allowed } from './allow.mjs';
import { rules } from './rules.mjs';
import { load } from './tree.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const names = process.argv.slice(2);
const chosen = rules.filter((r) => !names.length || names.includes(r.name));
let passed = 0;
let failed = 0;

function verdict(good, text) {
    if (good) passed++;
    else failed++;
    if (!good) console.log(text);
}

// A path that ends in a slash allows the whole folder.
const covers = (entry, path) => entry.path === path || (entry.path.endsWith('/') && path.startsWith(entry.path));

// What a rule finds, less what is allowed to it.
function found(rule, tree) {
    return rule.check(tree).filter((p) => !allowed.some((a) => a.rule === rule.name && covers(a, p.path)));
}

function planted(rule, plant) {
    const dir = mkdtempSync(join(tmpdir(), 'lint-'));
    try {
        for (const [path, text] of Object.entries(plant)) {
            if (path === 'clean') continue;
            mkdirSync(join(dir, dirname(path)), { recursive: true });
            writeFileSync(join(dir, path), text);
        }
        return rule.check(load(dir));
    } finally {
        rmSync(dir, { recursive: true });
    }
}

const tree = load(root);
for (const rule of chosen) {
    const problems = found(rule, tree);
    for (const p of problems) console.log(`${p.path}:${p.line}: ${rule.name}: ${p.text}`);
    verdict(problems.length === 0, `lint: ${rule.name} found ${problems.length}`);
    rule.plants.forEach((plant, i) => {
        const finds = planted(rule, plant).length;
        verdict(plant.clean ? finds === 0 : finds > 0, `lint: ${rule.name}: plant ${i + 1} gave ${finds} findings`);
    });
}
for (const a of allowed.filter((entry) => chosen.some((r) => r.name === entry.rule))) {
    const needed = rules.find((r) => r.name === a.rule).check(tree).some((p) => covers(a, p.path));
    verdict(needed && a.reason, `scripts/lint/allow.mjs: ${a.rule} at ${a.path} is not needed or has no reason`);
}
console.log(`lint: ${passed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
