// Secrets that can be recognised go in wherever they can; then they are looked for in all that the program keeps, writes
// and answers. Where one is shown on purpose, once, that answer alone may have it.
import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { execFileSync, spawn } from 'node:child_process';
import { join, relative } from 'node:path';
import { Server, command, eventually, program, temporaryFolder } from './lib/process.mjs';
import { exchange } from './lib/raw.mjs';
import { encodings, Finder } from './lib/secrets.mjs';
import { signers } from './lib/sign.mjs';
import { World, day, message } from './lib/world.mjs';

const finder = new Finder();
const answers = []; // {asked, text}
const shown = new Map(); // name of a secret -> the answer that may have it
const strange = (n) => randomBytes(n).toString('base64url');

// A card number of its own for each place, so that it tells where it came through. Its last four digits may stay.
let cards = 0;
function card(place) {
    const front = `453914${String(++cards).padStart(3, '0')}${String(Date.now()).slice(-6)}`;
    const digits = [...front].map(Number).reverse();
    const sum = digits.reduce((s, d, i) => s + (i % 2 ? d : d * 2 > 9 ? d * 2 - 9 : d * 2), 0);
    const number = `${front}${(10 - (sum % 10)) % 10}`;
    for (const mark of ['', ' ', '-']) finder.plant(`card ${place}`, number.slice(0, 12).replace(/(.{4})(?=.)/g, `$1${mark}`), { whole: true });
    return number;
}

// A security code is too short to be looked for by itself: with what stands around it it is not.
function code(place, text) {
    return finder.plant(`code ${place}`, text, { whole: true });
}

const secrets = {
    ownerPassword: 'Grüße & "Küsse" <from> 9tz4-Quelle',
    otherPassword: `wrong-${strange(18)}`,
    newPassword: `second-${strange(18)}`,
    hmac: `own secret ${strange(18)}`,
    old: `whsec_${randomBytes(24).toString('base64')}`,
    bad: `not-a-good-one-${strange(18)}`,
    header: strange(24),
    cookie: strange(24),
    query: strange(24),
    typo: strange(24),
};
for (const [name, value] of Object.entries(secrets)) finder.plant(name, value);
const misplaced = strange(24); // in the place of a signature, which is kept: but no text may quote it

const aside = temporaryFolder(); // for files that are not the program's
let world;
before(() => {
    world = new World();
    world.folder = temporaryFolder();
    world.data = world.folder.path;
    world.hotel = 'demo';
    world.record = (asked, text) => answers.push({ asked, text });
});
after(async () => {
    aside.remove();
    await world?.close();
});

const cookieOf = (answer) => (answer.headers.get('set-cookie') ?? '').split(';')[0];

// The secret is in the newest answer, on purpose.
function shownNow(name, secret) {
    finder.plant(name, secret);
    shown.set(name, [...(shown.get(name) ?? []), answers.at(-1)]);
    return secret;
}

function deliver(path, body, headers = {}) {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return world.http('POST', path, { body: text, raw: true, token: null, headers: { 'content-type': 'application/json', ...headers } });
}

describe('the finder', () => {
    const secret = 'one secret, 32 letters & numbers';
    const wording = new Finder();
    wording.plant('it', secret);

    for (const [how, forms] of Object.entries(encodings(secret))) {
        test(`finds a secret ${how}, and half of one`, () => {
            for (const form of forms) {
                for (const part of [form, form.slice(0, (form.length * 3) >> 2), form.slice(form.length >> 2)]) {
                    const text = Buffer.concat([randomBytes(50), Buffer.from(part), randomBytes(50)]);
                    assert.ok('it' in wording.find(text), `${how}: ${part}`);
                }
            }
        });
    }

    test('finds one inside of what was encoded as a whole', () => {
        for (let before_ = 0; before_ < 4; before_++) {
            const whole = Buffer.concat([Buffer.alloc(before_, 'x'), Buffer.from(`${secret} and more`)]);
            for (const how of ['base64', 'base64url', 'hex']) assert.ok('it' in wording.find(whole.toString(how)), how);
        }
    });

    test('finds none where there is none', () => {
        assert.deepEqual(wording.find(randomBytes(100_000)), {});
        assert.deepEqual(wording.find('one secret, 32 '), {});
    });
});

describe('secrets go in', () => {
    let integrations;
    let token; // of an address
    let path;

    test('at the first start', async () => {
        world.server = await Server.start(world.data);
        await eventually(() => /\/setup\?token=\S+/.test(world.server.log));
        const [, link] = /\/setup\?token=(\S+)/.exec(world.server.log);
        finder.plant('link of the first start', link);
        const key = /^key: (\S+)$/m.exec(readFileSync(join(world.data, 'master.key'), 'utf8'))[1];
        finder.plant('master key', Buffer.from(key, 'base64url'));
        finder.plant('master key as text', key);
        const wrong = link.replace(/.{6}$/, 'zzzzzz');
        const body = {
            email: 'owner@example.org',
            password: secrets.ownerPassword,
            language: 'fr',
            hotel: { slug: 'demo', name: 'Hôtel', timezone: 'Europe/Paris', currency: 'EUR' },
        };
        const form = (key, fields) =>
            world.http('POST', '/setup', {
                body: String(new URLSearchParams({ token: key, ...fields })),
                raw: true,
                token: null,
                headers: { 'content-type': 'application/x-www-form-urlencoded', origin: world.server.url },
            });
        const forms = []; // which hold the key that they were asked for with
        for (const given of [link, wrong]) {
            await world.http('GET', `/setup?token=${given}`);
            forms.push(answers.at(-1));
        }
        await form(wrong, { email: 'owner@example.org', password: secrets.otherPassword });
        forms.push(answers.at(-1));
        shown.set('link of the first start', forms);
        await world.http('POST', `/api/setup?token=${wrong}`, { body });
        await world.http('POST', '/api/setup', { body: { ...body, password: secrets.otherPassword, passwort: secrets.typo }, token: wrong });
        await world.http('POST', '/api/setup', { body: { ...body, email: secrets.bad, passwort: secrets.typo }, token: link });
        const made = await world.http('POST', '/api/setup', { body, token: link });
        assert.equal(made.status, 201, made.text);
        if (cookieOf(made)) shownNow('first session', cookieOf(made).split('=')[1]);
        assert.notEqual((await world.http('POST', '/api/setup', { body, token: link })).status, 201);
    });

    test('by signing in, well and badly', async () => {
        const login = (body, options) => world.http('POST', '/api/login', { body, token: null, ...options });
        const good = await login({ email: 'owner@example.org', password: secrets.ownerPassword });
        assert.equal(good.status, 200, good.text);
        const session = shownNow('session', cookieOf(good).split('=')[1]);
        assert.ok(session.length > 30);
        await login({ email: 'owner@example.org', password: secrets.otherPassword });
        await login({ email: secrets.otherPassword, password: secrets.otherPassword });
        await login({ email: 'owner@example.org', password: secrets.otherPassword, passwort: secrets.typo });
        await login({ email: 'owner@example.org', password: [secrets.otherPassword] });
        const broken = `{"email":"owner@example.org","password":"${secrets.otherPassword}`;
        await login(broken, { raw: true, headers: { 'content-type': 'application/json' } });
        await login(`password=${secrets.otherPassword}`, { raw: true, headers: { 'content-type': 'text/plain' } });
        world.headers = { cookie: cookieOf(good), origin: world.server.url };
        const me = await world.http('GET', '/api/me', { token: null, headers: world.headers });
        assert.equal(me.status, 200);
        const { stdout } = await world.run(['token', 'add', 'laptop', '--user', 'owner@example.org']);
        world.token = shownNow('bearer token', stdout.trim());
        for (const bad of [world.token.replace(/.{4}$/, 'zzzz'), `${world.token}x`, `${secrets.header}`]) {
            await world.http('GET', '/api/me', { token: bad });
            await world.http('GET', `/api/me?token=${bad}`, { token: null });
        }
        await world.http('GET', '/api/me', { token: null, headers: { authorization: `Basic ${Buffer.from(`x:${secrets.header}`).toString('base64')}` } });
        await world.http('GET', '/api/me', { token: null, headers: { cookie: `selfkey_local=${secrets.cookie}` } });
        await world.http('GET', `/api/nowhere/${secrets.query}?password=${secrets.query}`);
    });

    test('by command', async () => {
        const add = ['user', 'add', 'two@example.org', '--hotel', 'demo', '--role', 'viewer'];
        await world.run(add, { stdin: `${secrets.newPassword}\n` });
        await world.run(add, { stdin: `${secrets.newPassword}\n`, status: 1 });
        await world.run([...add, '--password', secrets.typo], { status: 2 });
        await world.run([...add, `--password=${secrets.typo}`], { status: 2 });
        await world.run([...add.slice(0, 2), 'x@example.org', '--operator'], { stdin: `${secrets.otherPassword.repeat(20)}\n`, status: 1 });
        await world.run(['key', 'status']);
        for (const words of [['--help'], ['serve', '--help'], ['hotel', 'list'], ['routes']]) {
            const { stdout, stderr } = await command(words[0] === 'hotel' ? [...words, '--data', world.data] : words);
            answers.push({ asked: words.join(' '), text: stdout + stderr });
        }
        const config = join(aside.path, 'selfkey.conf');
        for (const line of [`secret = ${secrets.typo}`, `listen = 127.0.0.1:0\npassword=${secrets.typo}`, `listen = ${secrets.typo}`]) {
            writeFileSync(config, `${line}\n`);
            const { status, stdout, stderr } = await command(['serve', '--data', world.data, '--config', config]);
            assert.notEqual(status, 0);
            // What stands in the place of an address is one, and the error says which.
            if (!line.startsWith('listen = ' + secrets.typo)) answers.push({ asked: `a configuration: ${line}`, text: stdout + stderr });
        }
    });

    test('into the settings of integrations, good and bad ones', async () => {
        await world.addRoom('DBL', 50);
        const add = (name, configuration) => world.http('POST', '/api/admin/demo/integrations', { body: { type: 'webhook', name, configuration } });
        const signed = await add('Signed', { verification: 'signed', preset: 'standard' });
        shownNow('generated secret', signed.body.configuration.secret);
        finder.plant('generated secret, its bytes', Buffer.from(signed.body.configuration.secret.replace('whsec_', ''), 'base64'));
        shown.set('generated secret, its bytes', [answers.at(-1)]);
        const address = await add('By address', { verification: 'url_token' });
        token = shownNow('key of an address', address.body.configuration.token);
        const hmac = { verification: 'signed', preset: 'hmac', secret: secrets.hmac, header: 'X-Sig', hash: 'sha256', encoding: 'hex', template: '{body}' };
        const own = await add('Own secret', hmac);
        assert.equal(own.status, 201, own.text);
        const open = await add('Open', { verification: 'open', confirmOpen: true });
        integrations = { signed: signed.body, address: address.body, own: own.body, open: open.body };
        path = Object.fromEntries(Object.entries(integrations).map(([k, i]) => [k, new URL(i.webhookUrl).pathname]));
        path.address = `/api/webhooks/integrations/demo/${address.body.id}`;
        for (const wrong of [
            { verification: 'signed', preset: 'standard', secret: secrets.bad },
            { verification: 'signed', preset: 'standard', secret: `whsec_${secrets.bad}!` },
            { verification: 'signed', preset: 'standard', secret: [secrets.bad] },
            { verification: 'signed', preset: 'stripe', secret: secrets.bad.repeat(50) },
            { verification: 'signed', preset: 'standard', secrets: secrets.bad },
            { verification: 'signed', preset: 'standard', secrets: [secrets.bad, { x: secrets.bad }] },
            { verification: 'url_token', token: `${secrets.bad} with blanks` },
            { verification: 'url_token', token: 7, secret: secrets.bad },
            { verification: 'signed', sekret: secrets.typo },
            { verification: 'signed', preset: 'hmac', secret: secrets.bad, header: 'not a header' },
            { verification: 'open', confirmOpen: secrets.bad },
            { password: secrets.bad },
        ]) {
            const answer = await add('Wrong', wrong);
            assert.ok(answer.status >= 400 || answer.body.configuration.secret === '********', answer.text);
        }
        const change = (id, configuration) => world.http('PUT', `/api/admin/demo/integrations/${id}`, { body: { configuration } });
        assert.equal((await change(signed.body.id, { secrets: [secrets.old] })).status, 200);
        await change(signed.body.id, { secrets: [secrets.old, 9] });
        await change(own.body.id, { secret: secrets.bad.slice(0, 3) });
        await change(own.body.id, { secret: secrets.hmac, header: 'X-Sig', sekret: secrets.typo });
        for (const { id } of Object.values(integrations)) {
            for (const what of ['test', 'sync']) await world.http('POST', `/api/admin/demo/integrations/${id}/${what}`, { body: {} });
        }
    });

    test('with webhooks that are taken', async () => {
        const body = JSON.stringify({ ...message('OK-1'), type: 'reservation.created' });
        const secret = integrations.signed.configuration.secret;
        assert.equal((await deliver(path.signed, body, signers.standard(secret, body))).status, 200);
        assert.equal((await deliver(path.signed, body, signers.standard(secrets.old, body))).status, 200);
        const sign = (text) => ({ 'x-sig': createHmac('sha256', secrets.hmac).update(text).digest('hex') });
        assert.equal((await deliver(path.own, body, sign(body))).status, 200);
        assert.equal((await deliver(`${path.address}/${token}`, message('OK-2'))).status, 200);
        assert.equal((await deliver(`${path.address}?token=${token}&password=${secrets.query}`, message('OK-3'))).status, 200);
        const escaped = [...token].map((c) => `%${c.charCodeAt(0).toString(16)}`).join('');
        assert.equal((await deliver(`${path.address}?token=${escaped}`, message('OK-4'))).status, 200);
        const credentials = {
            authorization: `Bearer ${secrets.header}`,
            'proxy-authorization': `Basic ${Buffer.from(`x:${secrets.header}`).toString('base64')}`,
            'x-api-key': secrets.header,
            cookie: `session=${secrets.cookie}`,
            'x-forwarded-uri': `${path.address}?token=${token}`,
            referer: `https://example.org/?token=${token}`,
        };
        const echo = message('OK-5', { notes: `sent to ${world.server.url}${path.address}?token=${token}` });
        assert.equal((await deliver(`${path.address}?token=${token}&api_key=${secrets.query}`, echo, credentials)).status, 200);
        await world.reservation('OK-5');
    });

    test('with webhooks that are refused', async () => {
        const body = JSON.stringify(message('NO-1', { notes: `card ${card('of a refused message')}` }));
        const secret = integrations.signed.configuration.secret;
        const good = signers.standard(secret, body);
        const near = token.replace(/.{5}$/, 'zzzzz');
        const refused = [
            deliver(path.signed, `${body} `, good),
            deliver(path.signed, body, { ...good, authorization: `Bearer ${secret}`, 'x-webhook-secret': secret }),
            deliver(`${path.signed}?secret=${secret}`, `${body}  `, good),
            deliver(`${path.address}/${near}`, body),
            deliver(`${path.address}?token=${near}`, body, { 'x-token': near }),
            deliver(`${path.address}?token=${near}&token=${token}`, body),
            deliver(`${path.address}/${token}/more`, body),
            deliver(`${path.signed}/${token}`, body),
            deliver(`/api/webhooks/integrations/demo/nobody/${token}`, body),
            deliver(`/api/webhooks/integrations/demo/nobody?token=${token}`, body),
            deliver(path.own, body, { 'x-sig': misplaced }),
            deliver(path.own, body, { 'x-sig': secrets.hmac }),
        ];
        for (const answer of await Promise.all(refused)) assert.ok([200, 401, 404].includes(answer.status), answer.text);
        for (const method of ['GET', 'PUT', 'OPTIONS', 'HEAD']) await world.http(method, `${path.address}/${token}`, { token: null });
        await deliver(`${path.address}/${token}`, 'x'.repeat(1_100_000));
    });

    test('as card data, wherever a hotel could be sent some', async () => {
        const guest = { firstName: 'Zoë', lastName: 'Martin', email: 'zoe@example.org', phone: card('as a telephone number') };
        const spaced = card('with blanks').replace(/(.{4})(?=.)/g, '$1 ');
        const dashed = card('with hyphens').replace(/(.{4})(?=.)/g, '$1-');
        const bodies = [
            message('CARD-1', { notes: `${spaced} exp 12/29 ${code('in notes', 'cvv 7391')}` }),
            message('CARD-2', { notes: `pay with ${dashed}, ${code('after a comma', 'CVC: 8264')}`, guest }),
            message('CARD-3', { card: { number: card('in an unknown member'), cvv: '9155', expiry: '12/29' } }),
            message('CARD-4', { guest: { lastName: `Visa ${card('as a name')}` } }),
            message('CARD-5', { rooms: [{ reference: '1', roomType: card('as a room'), arrival: day(30), departure: day(31) }] }),
        ].map((m) => JSON.stringify(m));
        code('in a member', '"cvv":"9155"');
        const escaped = [...card('escaped in JSON')].map((d) => `\\u003${d}`).join('');
        bodies.push(JSON.stringify(message('CARD-6', { notes: 'PAN' })).replace('PAN', escaped));
        bodies.push(JSON.stringify(message('CARD-7')).replace('"data":', `"number":${card('as a number')},"data":`));
        bodies.push(`<xml><pan>${card('in XML')}</pan>${code('in XML', '<cvv>6418</cvv>')}</xml>`, `number=${card('in a form')}&${code('in a form', 'cvv=6527')}`);
        bodies.push(JSON.stringify(message('CARD-8', { notes: card('cut off') })).slice(0, -40));
        for (const body of bodies) assert.equal((await deliver(path.open, body)).status, 200);
        const query = `?pan=${card('in a query')}&x=${card('in a query, with plus').replace(/(.{4})(?=.)/g, '$1+')}`;
        await deliver(path.open + query, message('CARD-9'), { 'x-card': card('in a header'), 'user-agent': `pos/${card('in an agent')}` });
        const desk = { ...message('DESK-1').data, notes: `${card('entered at the desk')} ${code('entered at the desk', 'cvv: 5182')}` };
        const booked = await world.api('POST', '/reservations', desk);
        await world.http('PUT', `/api/admin/demo/reservations/${booked.id}`, { body: { notes: `now ${card('changed at the desk')}` } });
        await world.http('POST', '/api/admin/demo/reservations', { body: { ...desk, totalAmount: card('as an amount') } });
        await world.http('POST', '/api/admin/demo/reservations', { body: { ...desk, reference: 'DESK-2', currency: card('as a currency') } });
        await eventually(async () => {
            const kept = await world.all(`/integrations/${integrations.open.id}/messages`);
            assert.ok(kept.length > bodies.length && kept.every((m) => m.result));
        });
        await world.api('POST', `/integrations/${integrations.open.id}/replay`, { since: new Date(0).toISOString() });
    });

    test('in files', async () => {
        const head = 'reference,arrival,departure,roomType,lastName,card number,cvv,notes,total\n';
        const row = (reference, fields = {}) => {
            const f = { arrival: day(20), departure: day(21), name: 'Ana', pan: '', cvv: '', notes: '', total: '10.00', ...fields };
            return `${reference},${f.arrival},${f.departure},DBL,${f.name},${f.pan},${f.cvv},${f.notes},${f.total}\n`;
        };
        const upload = (text, query = '') =>
            world.http('POST', `/api/admin/demo/imports?x=y${query}`, { body: text, raw: true, headers: { 'content-type': 'text/csv' } });
        const good = head + row('CSV-1', { pan: card('in a column'), cvv: '7263', notes: `${card('in a cell')} ${code('in a cell', 'cvc 4471')}` });
        code('in a column', ',7263,');
        const bad =
            row('CSV-2', { arrival: card('as a date') }) + row('CSV-3', { total: card('as an amount in a file') }) +
            row('CSV-4', { departure: day(19), pan: card('in a bad row'), name: card('as a name in a file') });
        for (const query of ['&dryRun=true', '', '&orderedAt=2026-01-01T00:00:00Z', `&set.currency=${card('as an answer')}`]) await upload(good + bad, query);
        await upload(good, `&name=${card('as the name of a file')}.csv`);
        await upload(good.replaceAll(',', ';').replace('CSV-1', 'CSV-5'));
        const question = `ref,guest,arrival,departure,total,card\nASK-1,Ana,03/04/2027,05/04/2027,10,${card('in a file with a question')}\n`;
        const asked = await upload(question);
        await world.http('POST', `/api/admin/demo/imports/${asked.body.id}`, { body: { set: { dates: card('as a second answer') } } });
        await world.api('POST', `/imports/${asked.body.id}`, { set: { dates: 'dmy' } });
        await upload(`${card('in no table')}\0\x01\x02 ${card('in no table, again')}`);
        await upload(`${card('as a heading')},${card('as another heading')}\n1,2\n`);
        const hotel = join(aside.path, 'hotel.csv');
        writeFileSync(hotel, good.replace('CSV-1', 'CSV-6') + row('CSV-7', { arrival: card('as a date, by command') }));
        await world.run(['import', hotel, '--hotel', 'demo', '--dry-run'], { status: 1 });
        await world.run(['import', hotel, '--hotel', 'demo'], { status: 1 });
        await world.run(['import', hotel, '--hotel', 'demo', '--set', `dates=${card('as an answer, by command')}`], { status: 1 });
        const made = await world.api('POST', '/integrations', { type: 'csv', name: 'Folder', configuration: { importPath: 'in', exportPath: 'out' } });
        const inbox = join(world.data, 'files/demo/in');
        mkdirSync(inbox, { recursive: true });
        const past = new Date(Date.now() - 60_000);
        for (const [name, text] of [['a.csv', good.replace('CSV-1', 'CSV-8') + bad], ['b.csv', `\x89PNG\0 ${card('in a picture')}`]]) {
            writeFileSync(join(inbox, name), text);
            utimesSync(join(inbox, name), past, past);
        }
        await eventually(async () => {
            await world.api('POST', `/integrations/${made.id}/sync`, {});
            return existsSync(join(inbox, 'done/a.csv')) && existsSync(join(inbox, 'failed/b.csv'));
        });
    });

    test('in what is no request at all', async () => {
        const send = async (bytes) => answers.push({ asked: 'bytes', text: (await exchange(world.server.port, bytes, { quiet_ms: 500 })).text });
        const host = `Host: 127.0.0.1:${world.server.port}\r\n`;
        await send(`GET /api/me?token=${secrets.query} HTTP/1.1\r\n${host}Authorization : Bearer ${secrets.header}\r\n\r\n`);
        await send(`GET /api/me HTTP/1.1\r\n${host}Authorization: Bearer ${secrets.header}\r\n ${secrets.header}\r\n\r\n`);
        await send(`${secrets.header} ${secrets.query} HTTP/1.1\r\n${host}\r\n`);
        await send(`POST ${path.address}/${token} HTTP/1.1\r\n${host}Content-Length: ${secrets.header}\r\n\r\n`);
        await send(`GET /${secrets.query}%00 HTTP/1.1\r\n${host}X-Api-Key: ${secrets.header.repeat(3000)}\r\n\r\n`);
    });
});

describe('and do not come out', () => {
    test('everything that can be read is read', async () => {
        const routes = execFileSync(program, ['routes'], { encoding: 'utf8' }).trim().split('\n').map((line) => JSON.parse(line));
        const ids = async (path) => (await world.all(path)).map((x) => x.id);
        const integrations = await ids('/integrations');
        for (const { path } of routes.filter((r) => r.method === 'GET' && r.path.startsWith('/api/'))) {
            let paths = [path.replace('/api/admin/{hotel}', '/api/admin/demo')];
            const fill = async (mark, list) => {
                const filled = await Promise.all(paths.map(async (p) => (p.includes(mark) ? (await list(p)).map((v) => p.replace(mark, v)) : [p])));
                paths = filled.flat();
            };
            await fill('integrations/{id}', () => integrations.map((id) => `integrations/${id}`));
            await fill('{seq}', (p) => ids(p.replace('/api/admin/demo', '').replace('/{seq}', '')));
            await fill('{id}', (p) => ids(p.replace('/api/admin/demo', '').replace(/\/\{id\}.*/, '')));
            await fill('{what}', () => ['reservations', 'guests', 'stock']);
            for (const one of paths) {
                assert.ok(!one.includes('{'), one);
                for (const query of one.includes('/export/') ? ['?format=csv', '?format=json'] : ['', '?limit=200']) {
                    for (const language of ['en', 'fr']) await world.http('GET', one + query, { headers: { 'accept-language': language } });
                }
            }
        }
        for (const what of ['reservations', 'guests', 'stock']) await world.run(['export', what, '--hotel', 'demo', '--format', 'csv']);
        await world.http('GET', '/api/admin/demo/integrations', { token: null, headers: world.headers });
        const stop = new AbortController();
        const live = await fetch(`${world.server.url}/api/admin/demo/events?after=0`, {
            headers: { accept: 'text/event-stream', authorization: `Bearer ${world.token}` },
            signal: stop.signal,
        });
        let heard = '';
        for await (const part of live.body) {
            heard += Buffer.from(part).toString();
            if (heard.includes('DESK-1') || heard.length > 20_000) break;
        }
        stop.abort();
        answers.push({ asked: 'events, live', text: heard });
        const { id } = (await world.all('/integrations')).find((i) => i.name === 'Own secret');
        await world.api('DELETE', `/integrations/${id}`);
        await world.http('POST', '/api/logout', { token: null, headers: world.headers });
    });

    test('with any answer', () => {
        assert.ok(answers.length > 300, `${answers.length} answers`);
        for (const answer of answers) {
            const found = Object.entries(finder.find(answer.text)).filter(([name]) => !shown.get(name)?.includes(answer));
            assert.deepEqual(found, [], `${answer.asked} -> ${answer.text.slice(0, 600)}`);
        }
    });

    test('what is shown once was shown: the search works', () => {
        for (const [name, list] of shown) {
            for (const answer of list) assert.ok(name in finder.find(answer.text), name);
        }
    });

    test('into the log', () => {
        const log = world.server.log;
        const [link] = /^.*\/setup\?token=.*$/m.exec(log);
        assert.ok('link of the first start' in finder.find(link));
        assert.deepEqual(finder.find(log.replace(link, '')), {});
        assert.match(log, /take\.rejected/, 'there is something in it');
        assert.ok(!log.includes(misplaced));
    });

    // What the hotel put into its own folder lies there as it is.
    const own = ['master.key', 'files/demo/in/done/a.csv', 'files/demo/in/failed/b.csv'];

    function checkFiles() {
        const seen = [];
        for (const name of readdirSync(world.data, { recursive: true })) {
            const path = join(world.data, name);
            if (!statSync(path).isFile()) continue;
            seen.push(relative(world.data, path));
            if (!own.includes(seen.at(-1))) assert.deepEqual(finder.find(readFileSync(path)), {}, seen.at(-1));
        }
        return seen;
    }

    test('into any file, the write-ahead logs among them', () => {
        const seen = checkFiles();
        for (const name of ['selfkey.db', 'selfkey.db-wal', 'inbox.db', 'inbox.db-wal', ...own]) assert.ok(seen.includes(name), name);
        assert.ok(seen.some((n) => n.startsWith('imports/') && n.endsWith('.bad.csv')), seen.join(' '));
        for (const name of own) assert.notDeepEqual(finder.find(readFileSync(join(world.data, name))), {}, name);
        assert.match(readFileSync(join(world.data, 'inbox.db-wal')).toString('latin1') + readFileSync(join(world.data, 'inbox.db')).toString('latin1'), /CARD-1/);
    });

    test('into any file after a crash, and after a stop', async () => {
        await world.server.kill();
        checkFiles();
        await world.server.launch();
        await world.server.stop();
        checkFiles();
    });

    test('into a process that others can look into, or a core file', async (t) => {
        const where = temporaryFolder();
        const data = join(where.path, 'data');
        const copy = join(where.path, 'program');
        const user = process.getuid() === 0 ? { uid: 65534, gid: 65534 } : {};
        try {
            cpSync(world.data, data, { recursive: true });
            cpSync(program, copy);
            if (user.uid) for (const name of ['.', ...readdirSync(where.path, { recursive: true })]) chownSync(join(where.path, name), user.uid, user.gid);
            for (const name of [where.path, copy]) chmodSync(name, 0o755);
            const run = (line) => spawn('sh', ['-c', `ulimit -c unlimited 2>/dev/null; ${line}`], { ...user, cwd: where.path, env: { PATH: process.env.PATH, ASAN_OPTIONS: 'detect_leaks=0:handle_abort=0' } });
            const ownerOf = (child) => statSync(`/proc/${child.pid}/status`).uid;
            const sleeper = run('exec sleep 60');
            await eventually(() => readlinkSync(`/proc/${sleeper.pid}/exe`).endsWith('sleep'));
            assert.equal(ownerOf(sleeper), user.uid ?? process.getuid(), 'an ordinary process belongs to its user');
            sleeper.kill('SIGKILL');
            const child = run(`exec ${copy} serve --data ${data} --listen 127.0.0.1:0`);
            let log = '';
            child.stderr.setEncoding('utf8').on('data', (s) => (log += s));
            const ended = new Promise((done) => child.on('close', (status, signal) => done({ status, signal })));
            await eventually(() => /listening on/.test(log) || (child.exitCode !== null && assert.fail(log)));
            assert.equal(ownerOf(child), 0, 'what belongs to root in /proc has no dumps (man 5 proc, PR_SET_DUMPABLE)');
            assert.match(readFileSync(`/proc/${child.pid}/limits`, 'utf8'), /^Max core file size +0 +0 /m);
            child.kill('SIGABRT');
            assert.equal((await ended).signal, 'SIGABRT');
            assert.deepEqual(readdirSync(where.path).sort(), ['data', 'program']);
            assert.ok(!readdirSync(data).some((n) => n.startsWith('core')));
            t.diagnostic(`core_pattern: ${readFileSync('/proc/sys/kernel/core_pattern', 'utf8').trim()}`);
        } finally {
            where.remove();
        }
    });
});
