// Bundles the page: node build.mjs [DIR [FILE.c [FILE.d]]] writes DIR/{app.js,app.css,icon.svg,index.html} and, when asked,
// the same files as C constants for src/api/ui.c, with what they were made of as a list for Ninja. Names in addresses carry
// a hash of the content, so that they may be kept for ever.
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const [dir = join(here, 'dist'), cFile, depFile] = process.argv.slice(2);

const bundled = await build({
    absWorkingDir: here,
    entryPoints: { app: 'src/main.tsx' },
    outdir: dir,
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'iife',
    target: ['es2022', 'chrome111', 'firefox115', 'safari16.4'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'warning',
});

const types = { js: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8', svg: 'image/svg+xml' };
const outputs = new Map(bundled.outputFiles.map((f) => [f.path.split('.').pop(), Buffer.from(f.contents)]));
outputs.set('svg', await readFile(join(here, 'src/icon.svg')));

const assets = ['js', 'css', 'svg'].map((kind) => {
    const bytes = outputs.get(kind);
    const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
    const stem = kind === 'svg' ? 'icon' : 'app';
    return { kind, file: `${stem}.${kind}`, name: `${stem}-${hash}.${kind}`, type: types[kind], bytes };
});
const named = (kind) => assets.find((a) => a.kind === kind).name;
const html = (await readFile(join(here, 'src/index.html'), 'utf8'))
    .replace('{{js}}', named('js'))
    .replace('{{css}}', named('css'))
    .replace('{{icon}}', named('svg'));

await mkdir(dir, { recursive: true });
for (const a of assets) await writeFile(join(dir, a.file), a.bytes);
await writeFile(join(dir, 'index.html'), html);

function constant(name, bytes) {
    const rows = [];
    for (let i = 0; i < bytes.length; i += 32) rows.push([...bytes.subarray(i, i + 32)].join(','));
    return `static const unsigned char ${name}[] = {\n${rows.join(',\n')}};\n`;
}

if (cFile) {
    const all = [...assets, { name: 'index.html', type: 'text/html; charset=utf-8', bytes: Buffer.from(html) }];
    const rows = all.map((a, i) => `{"${a.name}", "${a.type}", file_${i}, sizeof(file_${i})},`);
    await writeFile(
        cFile,
        `#include "api/ui.h"\n${all.map((a, i) => constant(`file_${i}`, a.bytes)).join('')}` +
            `const struct ui_file ui_files[] = {\n${rows.join('\n')}\n{0}};\n`,
    );
}

if (depFile) {
    const used = [...Object.keys(bundled.metafile.inputs), 'src/index.html', 'src/icon.svg', 'package-lock.json'];
    await writeFile(depFile, `${cFile}: ${used.map((f) => join(here, f).replace(/ /g, '\\ ')).join(' ')}\n`);
}
