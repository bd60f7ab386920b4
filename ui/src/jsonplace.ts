// Where things are in a JSON text: its first fault, and the line of a JSON pointer (RFC 6901). JSON.parse says neither in
// a way that browsers share.

export type Places = { fault: number | undefined; at: Map<string, number> };

class Fault extends Error {
    constructor(readonly where: number) {
        super();
    }
}

const DEPTH = 200;

export function places(text: string): Places {
    const at = new Map<string, number>();
    let i = 0;

    const space = () => {
        while (' \t\n\r'.includes(text[i] ?? '-')) i++;
    };
    const match = (pattern: RegExp) => {
        pattern.lastIndex = i;
        const m = pattern.exec(text);
        if (!m) throw new Fault(i);
        i += m[0].length;
        return m[0];
    };
    const expect = (c: string) => {
        space();
        if (text[i] !== c) throw new Fault(i);
        i++;
    };
    const string = () => {
        const whole = match(/"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y);
        return JSON.parse(whole) as string;
    };
    const items = (end: string, one: () => void) => {
        i++;
        space();
        if (text[i] === end) {
            i++;
            return;
        }
        for (;;) {
            one();
            space();
            if (text[i] === end) {
                i++;
                return;
            }
            expect(',');
        }
    };
    const value = (pointer: string, depth: number) => {
        space();
        if (depth > DEPTH) throw new Fault(i);
        at.set(pointer, i);
        if (text[i] === '{') {
            items('}', () => {
                space();
                const start = i;
                const inner = `${pointer}/${string().replace(/~/g, '~0').replace(/\//g, '~1')}`;
                expect(':');
                value(inner, depth + 1);
                at.set(inner, start);
            });
        } else if (text[i] === '[') {
            let n = 0;
            items(']', () => value(`${pointer}/${n++}`, depth + 1));
        } else if (text[i] === '"') {
            string();
        } else {
            match(/true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y);
        }
    };

    try {
        value('', 0);
        space();
        if (i < text.length) throw new Fault(i);
        return { fault: undefined, at };
    } catch (e) {
        if (!(e instanceof Fault)) throw e;
        return { fault: e.where, at };
    }
}

// Both from 1.
export function lineOf(text: string, offset: number): { line: number; column: number } {
    const before = text.slice(0, offset).split('\n');
    return { line: before.length, column: before[before.length - 1]!.length + 1 };
}

// The offset of the pointer, or of the nearest value around it.
export function offsetOf(found: Places, pointer: string): number {
    for (let p = pointer; ; p = p.slice(0, p.lastIndexOf('/'))) {
        const offset = found.at.get(p);
        if (offset !== undefined) return offset;
        if (!p) return 0;
    }
}
