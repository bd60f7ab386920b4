// The support bundle: what helps somebody else to see what is wrong, without secrets and without guests' data. It is put
// together here, from what the API shows anyway; bodies of messages and reservations are left out.
import { all, asProblem, at, get, query } from './api';
import type { Alert, Import, Integration, Json, List, Log, Mapping, Message, RoomType } from './types';

const secretName = /secret|token|password|passwd|api_?key|authorization|cookie|credential/i;
const secretValue = /\b(whsec_|sk_|pk_|hub_live_|Bearer |Basic )[^\s"',;]+/g;
const emailValue = /[^\s"'<>@]+@[^\s"'<>@]+\.[A-Za-z]{2,}/g;

// Masks again what should be masked already: a bundle leaves the house.
export function clean(v: unknown, name = ''): Json {
    if (Array.isArray(v)) return v.map((x) => clean(x, name));
    if (typeof v === 'object' && v !== null) {
        return Object.fromEntries(Object.entries(v).map(([k, x]) => [k, clean(x, k)]));
    }
    if (typeof v === 'string') {
        if (secretName.test(name)) return '********';
        const text = v.replace(secretValue, '********').replace(emailValue, '***@***');
        return /url|target/i.test(name) ? shortUrl(text) : text;
    }
    return v as Json;
}

// The key of an address stands in its query or in one more segment.
function shortUrl(url: string): string {
    return url
        .replace(/\?.*$/, '?…')
        .replace(/(\/api\/webhooks\/integrations\/[^/]+\/[^/?]+)\/[^/?]+/, '$1/…')
        .replace(/\/\/[^/@]*@/, '//***@');
}

async function tried<T>(what: () => Promise<T>): Promise<T | { failed: string }> {
    try {
        return await what();
    } catch (e) {
        const p = asProblem(e);
        return { failed: `${p.status} ${p.code}` };
    }
}

export async function makeBundle(hotel: string): Promise<Json> {
    const integrations = await all<Integration>(at(hotel, 'integrations'));
    const parts = await Promise.all(
        integrations.map(async (i) => ({
            integration: i,
            logs: await tried(async () => {
                const page = await get<List<Log>>(query(at(hotel, 'integrations', i.id, 'logs'), { limit: 100 }));
                return page.data.map(({ action, status, createdAt, data, message }) =>
                    // Lines about messages name guests' stays.
                    ({ action, status, createdAt, data, message: status === 'ok' && action === 'message' ? undefined : message }),
                );
            }),
            messages: i.webhookUrl
                ? await tried(async () => {
                      const page = await get<List<Message>>(query(at(hotel, 'integrations', i.id, 'messages'), { limit: 50 }));
                      return page.data.map(({ id, receivedAt, verdict, reason, size, masked, result }) => ({
                          id,
                          receivedAt,
                          verdict,
                          reason,
                          size,
                          masked,
                          result: result && { outcome: result.outcome, pointer: result.pointer, attempts: result.attempts },
                          detail: result?.outcome === 'failed' ? result.detail : undefined,
                      }));
                  })
                : undefined,
        })),
    );
    const bundle = {
        madeAt: new Date().toISOString(),
        page: { language: document.documentElement.lang, browser: navigator.userAgent, width: window.innerWidth },
        server: {
            live: await tried(() => get('/healthz')),
            ready: await tried(() => get('/readyz')),
        },
        hotel,
        integrations: parts,
        rooms: await tried(() => all<RoomType>(at(hotel, 'rooms'))),
        mappings: await tried(() => all<Mapping>(at(hotel, 'mappings'))),
        alerts: await tried(async () => (await get<List<Alert>>(query(at(hotel, 'alerts'), { limit: 100 }))).data),
        outbox: await tried(async () => (await get<List<Json>>(query(at(hotel, 'outbox'), { limit: 200 }))).data),
        imports: await tried(async () => {
            const page = await get<List<Import>>(query(at(hotel, 'imports'), { limit: 20 }));
            return page.data.map(({ id, status, source, size, rowsDone, createdAt, report }) => ({
                id,
                status,
                source,
                size,
                rowsDone,
                createdAt,
                rows: report.rows,
                layout: report.layout,
                counts: report.counts,
                detected: report.detected?.map(({ name, value, certainty }) => ({ name, value, certainty })),
                columns: report.columns,
            }));
        }),
    };
    return clean(JSON.parse(JSON.stringify(bundle)));
}
