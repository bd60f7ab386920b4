// Reading from the server inside a component.
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { asProblem, type Problem } from './api';
import { useLive } from './live';

export type Loaded<T> = {
    data: T | undefined; // stays while it is read again
    problem: Problem | undefined;
    busy: boolean;
    reload: () => void;
    set: (data: T) => void;
};

// `key` is what the answer depends on: when it changes, what was there goes away.
export function useLoad<T>(key: string, read: (signal: AbortSignal) => Promise<T>, live: readonly string[] = []): Loaded<T> {
    const [state, setState] = useState<{ key: string; data?: T; problem?: Problem }>({ key });
    const [busy, setBusy] = useState(true);
    const under = useRef<AbortController | undefined>(undefined);
    const latest = useRef(read);
    latest.current = read;
    const load = useCallback(() => {
        under.current?.abort();
        const control = new AbortController();
        under.current = control;
        setBusy(true);
        latest.current(control.signal).then(
            (data) => {
                if (control.signal.aborted) return;
                setState({ key, data });
                setBusy(false);
            },
            (e: unknown) => {
                if (control.signal.aborted) return;
                const problem = asProblem(e);
                setState((s) => (s.key === key && s.data !== undefined ? { ...s, problem } : { key, problem }));
                setBusy(false);
            },
        );
    }, [key]);
    useEffect(() => {
        load();
        return () => under.current?.abort();
    }, [load]);
    useLive(live.length ? live : ['-'], load);
    const mine = state.key === key;
    return {
        data: mine ? state.data : undefined,
        problem: mine ? state.problem : undefined,
        busy,
        reload: load,
        set: (data) => setState({ key, data }),
    };
}

// A list read page by page: more() adds the next one. A live reload reads as many again as are shown.
export type Pages<T> = Loaded<T[]> & { more: (() => void) | undefined; adding: boolean };

export function usePages<T>(
    key: string,
    read: (cursor: string | null, limit: number, signal: AbortSignal) => Promise<{ data: T[]; nextCursor: string | null }>,
    size: number,
    live: readonly string[] = [],
): Pages<T> {
    const [adding, setAdding] = useState(false);
    const shown = useRef(size);
    const keyed = useRef(key);
    if (keyed.current !== key) {
        keyed.current = key;
        shown.current = size;
    }
    const first = useLoad<{ data: T[]; nextCursor: string | null }>(
        key,
        (signal) => read(null, Math.min(200, shown.current), signal),
        live,
    );
    const cursor = first.data?.nextCursor;
    const more = async () => {
        if (!first.data || !cursor || adding) return;
        setAdding(true);
        try {
            const next = await read(cursor, size, new AbortController().signal);
            shown.current += next.data.length;
            first.set({ data: [...first.data.data, ...next.data], nextCursor: next.nextCursor });
        } catch {
            first.reload();
        }
        setAdding(false);
    };
    return {
        ...first,
        data: first.data?.data,
        set: () => {},
        more: cursor ? () => void more() : undefined,
        adding,
    };
}
