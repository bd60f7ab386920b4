// Where one is: "#/HOTEL/PAGE/…?filter=…". The part after # never reaches a server, so every address is the one page.
import { useEffect, useState } from 'preact/hooks';

export type Route = { hotel: string; page: string; rest: string[]; query: URLSearchParams };

export function readRoute(hash: string): Route {
    const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
    const parts = path.split('/').filter(Boolean).map(decode);
    return {
        hotel: parts[0] ?? '',
        page: parts[1] ?? '',
        rest: parts.slice(2),
        query: new URLSearchParams(query),
    };
}

function decode(part: string): string {
    try {
        return decodeURIComponent(part);
    } catch {
        return part;
    }
}

export function to(hotel: string, ...rest: string[]): string {
    return '#/' + [hotel, ...rest].map(encodeURIComponent).join('/');
}

export function withQuery(href: string, query: Record<string, string | undefined>): string {
    const given = Object.entries(query).filter((e): e is [string, string] => !!e[1]);
    return given.length ? `${href}?${new URLSearchParams(given)}` : href;
}

export function go(href: string): void {
    location.hash = href;
}

// The same page with other filters: no new entry in the browser's history.
export function refine(href: string): void {
    history.replaceState(null, '', href);
    window.dispatchEvent(new Event('hashchange'));
}

// --- unsaved changes: whoever edits keeps a guard, which is asked before the page is left ---

type Guard = (leave: () => void) => void;
let guard: Guard | null = null;

export function setGuard(g: Guard | null): void {
    guard = g;
}

// Runs `leave` at once, or after the guard's question was answered.
export function guarded(leave: () => void): void {
    if (guard) {
        guard(() => {
            guard = null;
            leave();
        });
    } else {
        leave();
    }
}

export function useRoute(): Route {
    const [hash, setHash] = useState(location.hash);
    useEffect(() => {
        let current = location.hash;
        const changed = () => {
            const wanted = location.hash;
            if (guard && wanted !== current) {
                history.replaceState(null, '', current);
                guarded(() => go(wanted));
                return;
            }
            current = wanted;
            setHash(wanted);
        };
        window.addEventListener('hashchange', changed);
        return () => window.removeEventListener('hashchange', changed);
    }, []);
    return readRoute(hash);
}
