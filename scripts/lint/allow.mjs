// Where a rule does not apply (a file, or a folder with its slash), and why. An entry without a reason, or that is
// no longer needed, is an error.
export const allowed = [
    { rule: 'memory', path: 'src/base/arena.c', reason: 'arenas are where memory comes from' },
    { rule: 'tested', path: 'src/main.c', reason: 'calls cli/ and nothing else; the scenarios run it' },
    { rule: 'tested', path: 'src/cli/', reason: 'a command is a story: tests/scenario runs each, bad options included' },
];
