// Speaking with the server. Failures are Problems, whose texts come from the server in the language of the page.
import { lang, said, t } from './words';
import type { List } from './types';

export class Problem extends Error {
    constructor(
        readonly status: number,
        readonly code: string,
        detail: string,
        readonly errors: { pointer: string; detail: string }[],
        readonly request: string,
    ) {
        super(detail);
    }

    at(pointer: string): string | undefined {
        return this.errors.find((e) => e.pointer === pointer)?.detail;
    }
}

let whenSignedOut: () => void = () => {};
export function onSignedOut(f: () => void): void {
    whenSignedOut = f;
}

function record(v: unknown): Record<string, unknown> {
    return typeof v === 'object' && v !== null ? (v as Record<string, unknown>) : {};
}

async function problemOf(r: Response): Promise<Problem> {
    let body: Record<string, unknown> = {};
    try {
        body = record(await r.json());
    } catch {
        // Not ours: a proxy's page. Its status still says something.
    }
    const list = Array.isArray(body['errors']) ? body['errors'].map(record) : [];
    return new Problem(
        r.status,
        typeof body['code'] === 'string' ? body['code'] : 'unknown',
        typeof body['detail'] === 'string' ? said(body['detail']) : t('serverSaid', { status: String(r.status) }),
        list.map((e) => ({ pointer: String(e['pointer'] ?? ''), detail: said(String(e['detail'] ?? '')) })),
        r.headers.get('X-Request-Id') ?? '',
    );
}

export type Options = { body?: unknown; file?: Blob; signal?: AbortSignal };

export async function request(method: string, path: string, o: Options = {}): Promise<Response> {
    const headers: Record<string, string> = { 'Accept-Language': lang() };
    const init: RequestInit = { method, headers, credentials: 'same-origin' };
    if (o.signal) init.signal = o.signal;
    if (o.file) {
        headers['Content-Type'] = 'text/csv';
        init.body = o.file;
    } else if (o.body !== undefined) {
        headers['Content-Type'] = 'application/json';
        init.body = JSON.stringify(o.body);
    }
    let r: Response;
    try {
        r = await fetch(path, init);
    } catch (e) {
        if (o.signal?.aborted) throw e;
        throw new Problem(0, 'offline', t('offline'), [], '');
    }
    if (r.ok) return r;
    const problem = await problemOf(r);
    if (r.status === 401 && path !== '/api/login') whenSignedOut();
    throw problem;
}

export async function call<T>(method: string, path: string, o: Options = {}): Promise<T> {
    const r = await request(method, path, o);
    return (r.status === 204 ? undefined : await r.json()) as T;
}

export function get<T>(path: string, signal?: AbortSignal): Promise<T> {
    return call<T>('GET', path, signal ? { signal } : {});
}

// An address below the hotel's: at('demo', 'integrations', id, 'logs').
export function at(hotel: string, ...parts: string[]): string {
    return ['/api/admin', hotel, ...parts].map((p, i) => (i ? encodeURIComponent(p) : p)).join('/');
}

export function query(path: string, q: Record<string, string | number | boolean | undefined | null>): string {
    const given = Object.entries(q).filter(([, v]) => v !== undefined && v !== null && v !== '' && v !== false);
    return given.length ? `${path}?${new URLSearchParams(given.map(([k, v]) => [k, String(v)]))}` : path;
}

// All of a list that is short by nature; at most `pages` pages of 200.
export async function all<T>(path: string, signal?: AbortSignal, pages = 5): Promise<T[]> {
    const out: T[] = [];
    let cursor: string | null = null;
    for (let i = 0; i < pages; i++) {
        const page: List<T> = await get<List<T>>(
            path + (path.includes('?') ? '&' : '?') + new URLSearchParams({ limit: '200', ...(cursor ? { cursor } : {}) }),
            signal,
        );
        out.push(...page.data);
        cursor = page.nextCursor;
        if (!cursor) break;
    }
    return out;
}

export function asProblem(e: unknown): Problem {
    return e instanceof Problem ? e : new Problem(0, 'unknown', t('unexpected'), [], '');
}
