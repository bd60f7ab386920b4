// A route handler of Next.js with better-sqlite3, a commit for each request. The database's path is in DATABASE, the
// secret in WEBHOOK_SECRET.
import { openStore } from '../../../store.mjs';

let store;

export async function POST(request) {
    store ??= openStore(process.env.DATABASE, process.env.WEBHOOK_SECRET); // not while it is built
    const { headers } = request;
    const body = Buffer.from(await request.arrayBuffer());
    const judged = store.verdict((name) => headers.get(name), body);
    const id = store.keep(store.row(headers.get('webhook-id'), Object.fromEntries(headers), body, judged));
    return judged === 'accepted' ? Response.json({ received: true, id }) : Response.json({ received: false }, { status: 401 });
}
