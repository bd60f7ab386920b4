// The rules of the tree: each has a check, and plants: small trees with a fault that the check must find. A
// plant whose `clean` is true is one in which it must find nothing.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { matches } from './tree.mjs';

// A folder includes from itself and from those above it in this list (docs/architecture.md, "The rooms").
const layers = ['base', 'format', 'io', 'model', 'connector', 'store', 'hub', 'api', 'cli', 'main'];

const problem = (file, line, text) => ({ path: file.path, line, text });
const sources = (tree) => tree.files.filter((f) => f.c && f.path.startsWith('src/'));

const layering = {
    name: 'layers',
    check(tree) {
        const out = [];
        for (const f of sources(tree)) {
            for (const { line, m } of matches(f.code, /^[ \t]*#[ \t]*include[ \t]+"([^"]+)"/gm)) {
                const [folder, ...rest] = m[1].split('/');
                if (!rest.length || !layers.includes(folder)) {
                    out.push(problem(f, line, `"${m[1]}": write it from src/, as "folder/file.h"`));
                } else if (f.test) {
                    continue;
                } else if (layers.indexOf(folder) > layers.indexOf(f.folder)) {
                    out.push(problem(f, line, `${f.folder}/ must not know ${folder}/, which is below it`));
                } else if (folder === 'connector' && f.folder === 'store') {
                    out.push(problem(f, line, 'store/ and connector/ do not know each other: hub/ joins them'));
                }
            }
        }
        return out;
    },
    plants: [
        { 'src/base/x.c': '#include "io/file.h"\n' },
        { 'src/store/x.c': '#include "connector/registry.h"\n' },
        { 'src/connector/x.c': '#include "store/db.h"\n' },
        { 'src/base/x.c': '#include "str.h"\n' },
        { clean: true, 'src/hub/x.c': '#include "store/x.h"\n', 'src/base/x_test.c': '#include "hub/x.h"\n' },
        { clean: true, 'src/base/x.c': '/*\n#include "io/file.h"\n*/\n' },
    ],
};

// Headers of the C library and of Linux; any other <header> is a library's.
const system = new RegExp(
    '^((assert|ctype|errno|fcntl|getopt|iconv|inttypes|limits|locale|math|netdb|poll|pthread|setjmp|signal|spawn|' +
        'stdarg|stdatomic|stdbool|stddef|stdint|stdio|stdlib|stdnoreturn|string|strings|syslog|termios|threads|' +
        'time|unistd|dirent|semaphore|ucontext|libgen|fnmatch)\\.h|(sys|arpa|netinet|net|linux)/[\\w/]+\\.h)$',
);

const wrapping = {
    name: 'libraries',
    check(tree) {
        const out = [];
        const owner = new Map();
        for (const f of sources(tree)) {
            if (f.test) continue;
            for (const { line, m } of matches(f.code, /^[ \t]*#[ \t]*include[ \t]+<([^>]+)>/gm)) {
                if (system.test(m[1])) continue;
                const library = m[1].split(/[/.]/)[0];
                if (!f.path.endsWith('.c') || !['io', 'format'].includes(f.folder)) {
                    out.push(problem(f, line, `<${m[1]}>: a library is wrapped by one .c file of io/ or format/`));
                } else if (owner.has(library) && owner.get(library) !== f.path) {
                    out.push(problem(f, line, `<${m[1]}>: ${owner.get(library)} already wraps this library`));
                } else {
                    owner.set(library, f.path);
                }
            }
        }
        return out;
    },
    plants: [
        { 'src/hub/x.c': '#include <sqlite3.h>\n' },
        { 'src/io/x.h': '#include <curl/curl.h>\n' },
        { 'src/io/a.c': '#include <sodium.h>\n', 'src/io/b.c': '#include <sodium.h>\n' },
        { 'src/io/a.c': '#include <gnutls/x509.h>\n', 'src/io/b.c': '#include <gnutls/gnutls.h>\n' },
        { clean: true, 'src/io/a.c': '#include <sodium.h>\n#include <sys/stat.h>\n', 'src/hub/x.c': '#include <stdio.h>\n' },
    ],
};

// A rule that finds names used as calls.
function calls(name, banned, where, why, plants) {
    const pattern = new RegExp(`(?<![\\w.]|->)(${banned})[ \\t]*\\(`, 'g');
    return {
        name,
        check(tree) {
            return sources(tree)
                .filter(where)
                .flatMap((f) => matches(f.bare, pattern).map(({ line, m }) => problem(f, line, `${m[1]}: ${why}`)));
        },
        plants,
    };
}

const banned = calls(
    'banned',
    'strcpy|strcat|sprintf|vsprintf|strncpy|strncat|gets|strtok|atoi|atol|atoll|atof|strtod|strtof|strtold|system|' +
        'popen|alloca|mktemp|tmpnam|tempnam|rand|srand|localtime|gmtime|ctime|asctime|setjmp|longjmp',
    () => true,
    'banned: not bounded, not exact, not safe with threads, or a shell',
    [
        { 'src/io/x.c': 'void x(char *a) { strcpy(a, "b"); }\n' },
        { 'src/cli/x.c': 'int x(void) { return system ("ls"); }\n' },
        { 'src/base/x_test.c': 'void x(void) { (void)atoi("1"); }\n' },
        { clean: true, 'src/io/x.c': '/* not strcpy(a, b) */\nvoid x(void) { y("gets(it)"); o.system(1); my_rand(2); }\n' },
    ],
);

const outside = calls(
    'outside',
    'time|clock_gettime|gettimeofday|nanosleep|usleep|sleep|getrandom|getentropy|randombytes_\\w+|open|openat|creat|' +
        'fopen|freopen|opendir|unlink|rename|mkdir|stat|lstat|socket|connect|bind|listen|accept|accept4|getaddrinfo|' +
        'pthread_create|thrd_create|fork|getenv|secure_getenv',
    (f) => !f.test && !['io', 'cli', 'main'].includes(f.folder),
    'only io/ touches time, randomness, files, network and threads',
    [
        { 'src/hub/x.c': 'void x(void) { long t = time(NULL); }\n' },
        { 'src/base/x.c': 'void x(void) { clock_gettime(0, 0); }\n' },
        { 'src/model/x.c': 'void x(void) { getrandom(p, 8, 0); }\n' },
        { 'src/api/x.c': 'void x(void) { fopen("a", "b"); }\n' },
        { clean: true, 'src/io/x.c': 'void x(void) { open("a", 0); }\n', 'src/hub/x.c': 'void x(void) { s->open(1); db_open(2); }\n' },
    ],
);

const memory = calls(
    'memory',
    'malloc|calloc|realloc|reallocarray|free|strdup|strndup|asprintf|vasprintf|aligned_alloc|posix_memalign',
    (f) => !f.test && f.folder !== 'io',
    'memory belongs to an arena',
    [
        { 'src/hub/x.c': 'void x(void) { char *p = malloc(3); }\n' },
        { 'src/format/x.c': 'void x(char *p) { free(p); }\n' },
        { clean: true, 'src/io/x.c': 'void x(void) { malloc(3); }\n', 'src/hub/x.c': 'void x(void) { arena_free(a); }\n' },
    ],
);

const exact = {
    name: 'exact',
    check(tree) {
        return sources(tree).flatMap((f) =>
            matches(f.bare, /\b(float|double)\b/g).map(({ line, m }) =>
                problem(f, line, `${m[1]}: money is an integer of minor units, decimals are struct decimal`),
            ),
        );
    },
    plants: [{ 'src/model/x.c': 'static double total;\n' }, { clean: true, 'src/model/x.c': '/* never a double */\nint doubled;\n' }],
};

const idiom = {
    name: 'idioms',
    check(tree) {
        const out = [];
        for (const f of sources(tree)) {
            for (const { line } of matches(f.bare, /\btypedef\s+(struct|union|enum)\b/g)) {
                out.push(problem(f, line, 'no typedef of structs, unions and enums'));
            }
            for (const { line } of matches(f.code, /^[ \t]*ARENA_SCOPE$/gm)) {
                out.push(problem(f, line, 'ARENA_SCOPE and the name stand on one line'));
            }
            if (!f.path.endsWith('.h')) continue;
            const name = f.path.split('/').pop();
            if (!f.text.startsWith(`/* ${name}: `)) {
                out.push(problem(f, 1, `a header begins by saying what it is for: /* ${name}: … */`));
            }
            const guard = `${f.path.slice(4).replace(/[/.]/g, '_').toUpperCase()}`;
            if (!f.text.includes(`#ifndef ${guard}\n#define ${guard}\n`)) {
                out.push(problem(f, 1, `its guard is ${guard}`));
            }
        }
        return out;
    },
    plants: [
        { 'src/hub/x.c': 'typedef struct x x;\n' },
        { 'src/hub/x.c': 'void x(void)\n{\n    ARENA_SCOPE\n    a = {0};\n}\n' },
        { 'src/hub/x.h': '#ifndef HUB_X_H\n#define HUB_X_H\n#endif\n' },
        { 'src/hub/x.h': '/* x.h: what it is for. */\n#pragma once\n' },
        { clean: true, 'src/hub/x.h': '/* x.h: what it is for. */\n#ifndef HUB_X_H\n#define HUB_X_H\n#endif\n' },
    ],
};

// A literal that begins as a statement does.
const statement =
    /"\s*(SELECT\s|INSERT\s+(OR\s+\w+\s+)?INTO\s|UPDATE\s+\w+\s+SET\b|DELETE\s+FROM\s|CREATE\s+(UNIQUE\s+)?(TABLE|INDEX)\s|DROP\s+(TABLE|INDEX)\s|ALTER\s+TABLE\s|PRAGMA\s|BEGIN\b|COMMIT\b|ROLLBACK\b|WITH\s+\w+\s+AS\s)/g;

const sql = {
    name: 'sql',
    check(tree) {
        const strangers = sources(tree).filter(
            (f) => !f.test && f.folder !== 'store' && !/^src\/io\/db\w*\.[ch]$/.test(f.path),
        );
        const around = sources(tree).filter((f) => !/^src\/io\/db\w*\.[ch]$/.test(f.path));
        return [
            ...strangers.flatMap((f) => matches(f.code, statement).map(({ line }) => problem(f, line, 'SQL lives in store/'))),
            ...around.flatMap((f) =>
                matches(f.bare, /\(struct sql\)\s*\{/g).map(({ line }) => problem(f, line, 'a struct sql is made by SQL("…") alone')),
            ),
        ];
    },
    plants: [
        { 'src/hub/x.c': 'static const char *q = "SELECT 1";\n' },
        { 'src/api/x.c': 'void x(void) { y("UPDATE rooms SET a = $1"); }\n' },
        { 'src/store/x.c': 'void x(char *t) { y((struct sql){t}); }\n' },
        { clean: true, 'src/store/x.c': 'char *q = "DELETE FROM a";\n', 'src/io/db_sqlite.c': 'char *q = "PRAGMA x";\n' },
        { clean: true, 'src/hub/x.c': 'char *q = "Select a room"; char *r = "UPDATE it";\n' },
    ],
};

// What must not compile, beside what must: each snippet is the body of a function.
const snippets = [
    { header: 'io/db.h', good: 'struct sql s = SQL("SELECT 1");', bad: 'struct sql s = SQL(text);' },
    { header: 'base/str.h', good: 'struct str s = S("a");', bad: 'struct str s = S(text);' },
];

const literals = {
    name: 'literals',
    check(tree) {
        const compiles = (header, body) =>
            spawnSync('gcc', ['-std=gnu17', '-fsyntax-only', '-Isrc', '-xc', '-'], {
                cwd: tree.root,
                input: `#include "${header}"\nvoid f(const char *text);\nvoid f(const char *text) { ${body} (void)s; (void)text; }\n`,
            }).status === 0;
        return snippets
            .filter(({ header }) => tree.byPath.has(`src/${header}`))
            .map(({ header, good, bad }) => {
                const file = tree.byPath.get(`src/${header}`);
                if (!compiles(header, good)) return problem(file, 1, `this should compile: ${good}`);
                return compiles(header, bad) && problem(file, 1, `a text made at run time compiles: ${bad}`);
            })
            .filter(Boolean);
    },
    plants: [
        { 'src/io/db.h': 'struct sql { const char *t; };\n#define SQL(x) ((struct sql){x})\n' },
        { 'src/base/str.h': '#define S(x) nonsense(x)\n' },
        { clean: true, 'src/io/db.h': 'struct sql { const char *t; };\n#define SQL(x) ((struct sql){"" x ""})\n' },
    ],
};

// Functions are found by their braces, which stand in the first column.
function functions(file) {
    const out = [];
    let start = 0;
    file.bare.split('\n').forEach((text, i) => {
        if (text === '{') start = i + 1;
        if (text === '}' && start) {
            out.push({ line: start, size: i - start });
            start = 0;
        }
    });
    return out;
}

const sizes = {
    name: 'sizes',
    check(tree) {
        const out = [];
        for (const f of tree.files.filter((t) => /\.([ch]|mjs|ts|tsx)$/.test(t.path) || t.path.startsWith('scripts/'))) {
            const count = f.lines.length - 1;
            if (count > 600) out.push(problem(f, 1, `${count} lines, 600 is the limit: a concept is missing a name`));
            if (!f.path.endsWith('.c')) continue;
            for (const { line, size } of functions(f)) {
                if (size > 60) out.push(problem(f, line, `a function of ${size} lines, 60 is the limit`));
            }
        }
        return out;
    },
    plants: [
        { 'src/hub/x.c': 'int x;\n'.repeat(601) },
        { 'src/hub/x.c': `void x(void)\n{\n${'    y();\n'.repeat(61)}}\n` },
        { clean: true, 'src/hub/x.c': `void x(void)\n{\n${'    y();\n'.repeat(60)}}\nint t[] = {\n${'    1,\n'.repeat(90)}};\n` },
    ],
};

const tested = {
    name: 'tested',
    check(tree) {
        return sources(tree)
            .filter((f) => f.path.endsWith('.c') && !f.test && !tree.byPath.has(f.path.replace(/\.c$/, '_test.c')))
            .map((f) => problem(f, 1, 'has no unit test beside it'));
    },
    plants: [
        { 'src/hub/x.c': 'int x;\n' },
        { clean: true, 'src/hub/x.c': 'int x;\n', 'src/hub/x_test.c': 'int y;\n' },
    ],
};

// A file that no build knows is dead, and so is its test.
const listed = {
    name: 'listed',
    check(tree) {
        return sources(tree)
            .filter((f) => f.path.endsWith('.c') && !f.test && f.folder !== 'main')
            .filter((f) => {
                const name = f.path.split('/').pop().slice(0, -2);
                return !tree.byPath.get(`src/${f.folder}/meson.build`)?.text.includes(`'${name}'`);
            })
            .map((f) => problem(f, 1, `is not in src/${f.folder}/meson.build`));
    },
    plants: [
        { 'src/hub/x.c': 'int x;\n', 'src/hub/meson.build': "names = ['xy']\n" },
        { clean: true, 'src/hub/x.c': 'int x;\n', 'src/hub/meson.build': "names = ['w', 'x']\n" },
    ],
};

const formatted = {
    name: 'format',
    check(tree) {
        const files = tree.files.filter((f) => f.c);
        if (!files.length) return [];
        const run = spawnSync('clang-format-14', ['--dry-run', '-Werror', '--style=file', ...files.map((f) => f.path)], {
            cwd: tree.root,
            encoding: 'utf8',
        });
        if (run.error) return [{ path: '.', line: 0, text: `clang-format-14 does not run: ${run.error.message}` }];
        const first = new Map(); // one line a file is enough
        for (const m of run.stderr.matchAll(/^(.+?):(\d+):\d+: (?:error|warning): (.*)$/gm)) {
            if (!first.has(m[1])) first.set(m[1], { path: m[1], line: Number(m[2]), text: `${m[3]}; run clang-format-14 -i` });
        }
        if (run.status !== 0 && !first.size) return [{ path: '.', line: 0, text: `clang-format-14: ${run.stderr}` }];
        return [...first.values()];
    },
    plants: [
        { '.clang-format': 'BasedOnStyle: LLVM\n', 'src/hub/x.c': 'int   x ;\n' },
        { clean: true, '.clang-format': 'BasedOnStyle: LLVM\n', 'src/hub/x.c': 'int x;\n' },
    ],
};

const shell = {
    name: 'shell',
    check(tree) {
        const out = [];
        for (const f of tree.files.filter((t) => /^#!\/bin\/sh\b/.test(t.text))) {
            const run = spawnSync('sh', ['-n', join(tree.root, f.path)], { encoding: 'utf8' });
            if (run.status !== 0) out.push(problem(f, 1, run.stderr.trim()));
        }
        return out;
    },
    plants: [
        { 'scripts/x': '#!/bin/sh\nif true; then\n' },
        { clean: true, 'scripts/x': '#!/bin/sh\nif true; then :; fi\n' },
    ],
};

const decisions = {
    name: 'decisions',
    check(tree) {
        const out = [];
        for (const f of tree.files.filter((t) => t.path.startsWith('docs/decisions/'))) {
            if (!/\/\d{4}-[a-z0-9-]+\.md$/.test(f.path)) out.push(problem(f, 1, 'is named NNNN-what-was-decided.md'));
            if (!/^Date: 20\d\d-[01]\d-[0-3]\d$/m.test(f.text)) out.push(problem(f, 1, 'has no line "Date: YYYY-MM-DD"'));
            if (!/^# .+/.test(f.text)) out.push(problem(f, 1, 'begins with its title'));
        }
        return out;
    },
    plants: [
        { 'docs/decisions/0001-x.md': '# Title\n\nNo date.\n' },
        { 'docs/decisions/x.md': '# Title\n\nDate: 2026-01-02\n' },
        { clean: true, 'docs/decisions/0001-x.md': '# Title\n\nDate: 2026-01-02\n' },
    ],
};

// x.md and x.fr.md say the same: the same headings by level, and the same blocks of commands, comments aside.
const twins = {
    name: 'twins',
    check(tree) {
        const shape = (f) => {
            const blocks = [...f.text.matchAll(/^```[^\n]*\n([^]*?)^```/gm)].map((m) => m[1].replace(/\s*#.*/g, ''));
            const levels = [...f.text.replace(/^```[^]*?^```/gm, '').matchAll(/^(#+) /gm)].map((m) => m[1].length);
            return { levels: levels.join(' '), blocks };
        };
        const out = [];
        for (const french of tree.files.filter((f) => f.path.endsWith('.fr.md'))) {
            const english = tree.byPath.get(french.path.replace(/\.fr\.md$/, '.md'));
            if (!english) {
                out.push(problem(french, 1, 'has no English twin'));
                continue;
            }
            const [a, b] = [shape(english), shape(french)];
            if (a.levels !== b.levels) out.push(problem(french, 1, `its headings are not those of ${english.path}`));
            if (a.blocks.join('\0') !== b.blocks.join('\0')) {
                out.push(problem(french, 1, `its commands are not those of ${english.path}`));
            }
        }
        if (tree.byPath.has('README.md') && !tree.byPath.has('README.fr.md')) {
            out.push({ path: 'README.md', line: 1, text: 'has no French twin' });
        }
        return out;
    },
    plants: [
        { 'README.md': '# A\n\n## B\n', 'README.fr.md': '# A\n' },
        { 'README.md': '# A\n```\n./run\n```\n', 'README.fr.md': '# A\n```\n./walk\n```\n' },
        { 'README.md': '# A\n' },
        { 'docs/x.fr.md': '# A\n' },
        { clean: true, 'README.md': '# A\n```\n./run # go\n```\n', 'README.fr.md': '# À\n```\n./run # va\n```\n' },
    ],
};

export const rules = [
    layering,
    wrapping,
    banned,
    outside,
    memory,
    exact,
    idiom,
    sql,
    literals,
    sizes,
    tested,
    listed,
    formatted,
    shell,
    decisions,
    twins,
];
