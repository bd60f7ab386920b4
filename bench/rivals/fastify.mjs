// Fastify with better-sqlite3: `node fastify.mjs one|group DATABASE`, the secret in WEBHOOK_SECRET.
//   one    a commit for each request
//   group  what arrives in one turn of the event loop is one commit, and answered after it
import Fastify from 'fastify';
import { openStore } from './store.mjs';

const [mode, path] = process.argv.slice(2);
const { verdict, row, keep, keepAll } = openStore(path, process.env.WEBHOOK_SECRET);

let waiting = [];

function commit() {
    const group = waiting;
    waiting = [];
    const ids = keepAll(group.map((w) => w.row));
    group.forEach((w, i) => w.answer(ids[i]));
}

function grouped(r) {
    return new Promise((answer) => {
        if (waiting.push({ row: r, answer }) === 1) setImmediate(commit);
    });
}

const app = Fastify({ logger: false, bodyLimit: 1 << 20 });
app.removeAllContentTypeParsers();
app.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body, done) => done(null, body));
const kept = mode === 'group' ? grouped : keep;
app.post('/webhooks', async ({ headers, body }, reply) => {
    const judged = verdict((name) => headers[name], body);
    const id = await kept(row(headers['webhook-id'], headers, body, judged));
    return judged === 'accepted' ? { received: true, id } : reply.code(401).send({ received: false });
});

await app.listen({ host: '127.0.0.1', port: 0 });
process.stdout.write(`listening on ${app.server.address().port}\n`);
