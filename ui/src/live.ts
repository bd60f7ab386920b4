// What happens while one looks at the page. The server tells by server-sent events; where it cannot (a proxy that
// holds them back), the page asks again every few seconds instead.
import { useEffect, useRef } from 'preact/hooks';

type Listener = (type: string) => void;

const ASK_AGAIN_MS = 5000;
const QUIET_MS = 400; // a burst of events is one reload
const LOOK_MS = 15000; // connections change and messages are refused without an event
const listeners = new Set<Listener>();
let source: EventSource | null = null;
let timer: number | undefined;
let look: number | undefined;
let followed = '';

function tell(type: string): void {
    for (const l of [...listeners]) l(type);
}

function ask(): void {
    timer ??= window.setInterval(() => {
        if (!document.hidden) tell('*');
    }, ASK_AGAIN_MS);
}

function close(): void {
    source?.close();
    source = null;
    clearInterval(timer);
    clearInterval(look);
    timer = undefined;
}

// Follows one hotel; '' for none. Events lost while the connection was away are made up for by one reload.
export function follow(hotel: string): void {
    if (hotel === followed) return;
    close();
    followed = hotel;
    if (!hotel) return;
    const es = new EventSource(`/api/admin/${encodeURIComponent(hotel)}/events`);
    source = es;
    look = window.setInterval(() => {
        if (!document.hidden && timer === undefined) tell('integration.');
    }, LOOK_MS);
    let away = false;
    es.onopen = () => {
        if (away) tell('*');
        away = false;
    };
    es.onmessage = (e) => {
        let type = '*';
        try {
            type = String((JSON.parse(e.data as string) as { type: unknown }).type);
        } catch {
            // A reload is never wrong.
        }
        tell(type);
    };
    es.onerror = () => {
        away = true;
        if (es.readyState === EventSource.CLOSED && source === es) ask();
    };
}

// Calls `reload` soon after an event whose type begins with one of these, also for what came while the tab was hidden.
export function useLive(types: readonly string[], reload: () => void): void {
    const latest = useRef(reload);
    latest.current = reload;
    const key = types.join();
    useEffect(() => {
        let waiting: number | undefined;
        let missed = false;
        const run = () => {
            waiting = undefined;
            if (document.hidden) missed = true;
            else latest.current();
        };
        const on: Listener = (type) => {
            if (type === '*' || key.split(',').some((prefix) => type.startsWith(prefix))) {
                waiting ??= window.setTimeout(run, QUIET_MS);
            }
        };
        const shown = () => {
            if (!document.hidden && missed) {
                missed = false;
                latest.current();
            }
        };
        listeners.add(on);
        document.addEventListener('visibilitychange', shown);
        return () => {
            listeners.delete(on);
            clearTimeout(waiting);
            document.removeEventListener('visibilitychange', shown);
        };
    }, [key]);
}
