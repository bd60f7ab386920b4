// The files of a tree as the rules see them.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const skipped = new Set(['.git', 'node_modules', 'data', '.next']);

function walk(root, dir, out) {
    for (const name of readdirSync(join(root, dir)).sort()) {
        const path = dir ? `${dir}/${name}` : name;
        const full = join(root, path);
        if (skipped.has(name) || (!dir && /^build/.test(name))) continue;
        const stat = statSync(full, { throwIfNoEntry: false }); // an editor's file may be gone by now
        if (stat?.isDirectory()) walk(root, path, out);
        else if (stat?.isFile()) out.push(path);
    }
    return out;
}

// Blanks comments, and with `strings` what stands between quotes too; line breaks and columns stay.
export function blank(text, strings) {
    const token = /\/\*[^]*?\*\/|\/\/[^\n]*|"(?:\\[^]|[^"\\\n])*"|'(?:\\[^]|[^'\\\n])*'/g;
    return text.replace(token, (t) => {
        if (t[0] === '/') return t.replace(/[^\n]/g, ' ');
        return strings ? t[0] + t.slice(1, -1).replace(/[^\n]/g, ' ') + t[0] : t;
    });
}

// {path, text, lines, folder: 'io' for src/io/x.c, code: without comments, bare: without strings as well}.
export function load(root) {
    const files = walk(root, '', []).map((path) => {
        const text = readFileSync(join(root, path), 'utf8');
        const c = /\.[ch]$/.test(path);
        const m = /^src\/(\w+)\//.exec(path);
        return {
            path,
            text,
            lines: text.split('\n'),
            c,
            test: /_(test|fixture)\.[ch]$/.test(path) || path.startsWith('tests/'),
            folder: m ? m[1] : path === 'src/main.c' ? 'main' : '',
            code: c ? blank(text, false) : text,
            bare: c ? blank(text, true) : text,
        };
    });
    return { root, files, byPath: new Map(files.map((f) => [f.path, f])) };
}

// Every match of a global pattern, as {line, m}.
export function matches(text, pattern) {
    const found = [];
    for (const m of text.matchAll(pattern)) {
        found.push({ line: text.slice(0, m.index).split('\n').length, m });
    }
    return found;
}
