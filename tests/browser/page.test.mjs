// What a hotelier does in the page, in a real browser: in French and in English, on a phone and on a desk.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { eventually } from '../scenario/lib/process.mjs';
import { signers } from '../scenario/lib/sign.mjs';
import { day, message, openWorld, password } from '../scenario/lib/world.mjs';
import { launch, missing, open, settled, sound } from './lib/browser.mjs';

// As the page says it.
const words = {
    fr: {
        signIn: 'Se connecter', email: 'Adresse e-mail', password: 'Mot de passe', wrong: /mot de passe/i,
        overview: 'Aperçu', name: 'Nom', add: 'Ajouter', copied: 'J’ai tout copié', raw: /Message brut/, saved: 'Enregistré.',
        more: 'Autres réglages', mapping: /Correspondance|champs/i, save: 'Enregistrer', line: /Ligne 2, colonne/,
        replay: 'Relire ce message', open: 'Ouvrir la réservation', failed: 'En échec', noted: /C’est noté/,
        day: 'jour/mois/année', created: 'créées', again: 'Veuillez vous reconnecter', sold: /1 vendue/, bundle: 'Télécharger le dossier',
        see: 'Voir ce qu’il contient', unsaved: 'Quitter sans enregistrer ?', stay: 'Rester ici', leave: 'Quitter', amount: '412,50 €',
        lastName: 'Nom de famille', roomType: 'Type de chambre', arrival: 'Arrivée', departure: 'Départ', addRoom: 'Ajouter une chambre',
        book: 'Réserver', free: /: \d libres/, total: 'Total de la réservation', roomAmount: /^Montant de la chambre/, mismatch: 'Les montants ne concordent pas',
        edit: 'Modifier', noShow: 'Non-présentation, chambre 1', noShowDo: 'Noter la non-présentation', cancelRoom: 'Annuler la chambre 2', cancelDo: 'Annuler la chambre',
        gone: 'Non présentée', cancelled: 'Annulée', refused: /Libres pour ces nuits/, addExtra: 'Ajouter un supplément', extra: 'Quoi', unitPrice: 'Prix unitaire',
    },
    en: {
        signIn: 'Sign in', email: 'E-mail address', password: 'Password', wrong: /password/i,
        overview: 'Overview', name: 'Name', add: 'Add', copied: 'I have copied everything', raw: /Raw message/, saved: 'Saved.',
        more: 'More settings', mapping: /Field mapping/, save: 'Save', line: /Line 2, column/,
        replay: 'Read it again', open: 'Open the reservation', failed: 'Failed', noted: /Noted/,
        day: 'day/month/year', created: 'created', again: 'Please sign in again', sold: /1 sold/, bundle: 'Download the bundle',
        see: 'See what is in it', unsaved: 'Leave without saving?', stay: 'Stay here', leave: 'Leave', amount: '€412.50',
        lastName: 'Last name', roomType: 'Room type', arrival: 'Arrival', departure: 'Departure', addRoom: 'Add a room',
        book: 'Book', free: /: \d free/, total: 'Total of the booking', roomAmount: /^Amount of the room/, mismatch: 'This does not add up',
        edit: 'Edit', noShow: 'No-show in room 1', noShowDo: 'Note the no-show', cancelRoom: 'Cancel room 2', cancelDo: 'Cancel the room',
        gone: 'No-show', cancelled: 'Cancelled', refused: /Free for these nights/, addExtra: 'Add an extra', extra: 'What', unitPrice: 'Unit price',
    },
};

const hostile = '<img src=x onerror=alert(1)>';

let browser;
before(async () => {
    if (!missing) browser = await launch();
});
after(() => browser?.close());

for (const lang of ['fr', 'en']) {
    for (const width of [360, 1440]) {
        describe(`${lang}, ${width} pixels`, { skip: missing }, () => story(lang, width));
    }
}

function story(lang, width) {
    const w = words[lang];
    const shot = (name) => `${name}-${lang}-${width}`;
    let world, page, hook, secret, address;

    const at = (path) => `${world.server.url}/#/demo/${path}`;
    const go = async (path) => {
        await page.goto(at(path));
        await settled(page);
    };
    const send = async (body, to = address, key = secret) => {
        const text = JSON.stringify(body);
        const headers = { 'content-type': 'application/json', ...signers.standard(key, text) };
        const answer = await fetch(to, { method: 'POST', body: text, headers });
        assert.equal(answer.status, 200, await answer.text());
    };

    before(async () => {
        world = await openWorld();
        await world.addRoom('DBL', 3);
        await world.addRoom('SGL', 1);
        page = await open(browser, world.server.url, { lang, width });
    });
    after(async () => {
        await page?.context().close();
        await world?.close();
    });

    test('signing in: the wrong word is told, the right one leads in', async () => {
        await page.getByLabel(w.email).fill('owner@example.org');
        await page.getByLabel(w.password).fill('not this one');
        await page.getByRole('button', { name: w.signIn }).click();
        await page.getByRole('alert').filter({ hasText: w.wrong }).waitFor();
        await sound(page, shot('sign-in'));
        await page.getByLabel(w.password).fill(password);
        await page.getByRole('button', { name: w.signIn }).click();
        await page.getByRole('heading', { level: 1, name: w.overview }).waitFor();
        assert.equal(await page.evaluate(() => document.documentElement.lang), lang);
        await sound(page, shot('overview-empty'));
    });

    test('a webhook is added; its address and secret are shown once', async () => {
        await go('integrations');
        await sound(page, shot('connections-empty'));
        await go('integrations/new');
        await sound(page, shot('types'));
        await page.getByRole('link', { name: /^Webhook/ }).click();
        await page.getByLabel(w.name, { exact: true }).fill('Website');
        await sound(page, shot('add'));
        await page.getByRole('button', { name: w.add, exact: true }).click();
        await page.getByRole('link', { name: w.copied }).waitFor();
        const shown = await page.locator('.secret code').allTextContents();
        [address, secret] = shown;
        assert.match(address, /\/api\/webhooks\/integrations\/demo\//);
        assert.match(secret, /^whsec_/);
        await sound(page, shot('added'));
        await page.getByRole('link', { name: w.copied }).click();
        await page.getByRole('heading', { level: 1, name: 'Website' }).waitFor();
        hook = (await world.all('/integrations'))[0].id;
        assert.ok(!(await page.content()).includes(secret));
        await sound(page, shot('connection'));
    });

    test('a reservation appears by itself, and leads to its raw message', async () => {
        await go('reservations');
        await sound(page, shot('reservations-empty'));
        await send(message('BK-1', { notes: hostile, guest: { firstName: hostile, lastName: 'Martin' } }));
        const link = page.getByRole('link', { name: `${hostile} Martin` });
        await link.waitFor({ timeout: 15_000 });
        await page.getByText(w.amount).first().waitFor();
        await sound(page, shot('reservations'));
        await link.click();
        await page.getByRole('heading', { level: 1, name: `${hostile} Martin` }).waitFor();
        await sound(page, shot('reservation'));
        await page.getByRole('link', { name: w.raw }).click();
        await page.locator('pre', { hasText: 'BK-1' }).waitFor();
        await sound(page, shot('message'));
    });

    test('a message that cannot be read: a mapping is written, a slip in it found, and the message read again', async () => {
        await send({ booking: 'X-7', from: day(40), to: day(42), kind: 'DBL' });
        await eventually(async () => (await world.all(`/integrations/${hook}/messages`))[0].result?.outcome === 'failed');
        await go(`integrations/${hook}/messages`);
        await page.getByRole('link', { name: w.failed }).first().click();
        await settled(page);
        await sound(page, shot('message-failed'));
        const failed = page.url();
        await go(`integrations/${hook}/settings`);
        await page.getByText(w.more).click();
        const mapping = page.locator('textarea.mono').last();
        await mapping.fill('{"type": "reservation.created"\n "data": 1}');
        await page.getByText(w.line).waitFor();
        await sound(page, shot('settings-fault'));
        await page.getByRole('button', { name: w.save, exact: true }).click();
        assert.equal(await page.evaluate(() => document.activeElement.tagName), 'TEXTAREA');
        await page.evaluate(() => (location.hash = '#/demo/rooms'));
        await page.getByRole('dialog', { name: w.unsaved }).waitFor();
        await page.getByRole('button', { name: w.stay }).click();
        const written = (type) =>
            JSON.stringify({ type, data: { reference: '$.booking', rooms: [{ roomType: '$.kind', arrival: '$.from', departure: '$.to' }] } }, null, 2);
        // What only the server knows: that there is no such function. It is shown at the line where it stands.
        await mapping.fill(written('$.kind | nosuch()'));
        await page.getByRole('button', { name: w.save, exact: true }).click();
        await page.getByText(w.line).waitFor();
        await mapping.fill(written("$.kind | table('DBL', 'reservation.created')"));
        await page.getByRole('button', { name: w.save, exact: true }).click();
        await page.getByText(w.saved).first().waitFor();
        await page.goto(failed);
        await page.getByRole('button', { name: w.replay }).click();
        await page.getByRole('link', { name: w.open }).waitFor();
        await world.reservation('X-7');
        await sound(page, shot('message-replayed'));
    });

    test('a room that nobody knows is matched in the overview', async () => {
        const webhook = await world.addWebhook({ verification: 'signed' }, 'Channel');
        await send(
            message('CH-1', { rooms: [{ roomType: 'Suite Océan', arrival: day(50), departure: day(52) }] }),
            webhook.webhookUrl,
            webhook.configuration.secret,
        );
        await world.reservation('CH-1');
        await go('');
        const which = page.getByRole('group', { name: /Suite Océan/ });
        await which.waitFor();
        await sound(page, shot('overview-needs'));
        await which.getByRole('button', { name: /SGL/ }).click();
        await page.getByText(w.noted).waitFor();
        await world.reservation('CH-1', (r) => !r.unmapped);
        await which.waitFor({ state: 'detached' });
        await go('rooms');
        await page.getByText('Suite Océan').waitFor();
        await sound(page, shot('rooms'));
    });

    test('a file whose dates can be read in two ways: asked, answered, entered', async () => {
        await go('imports');
        await sound(page, shot('imports-empty'));
        const year = new Date().getUTCFullYear() + 1;
        await page.locator('input[type=file]').setInputFiles({
            name: 'mars.csv',
            mimeType: 'text/csv',
            buffer: Buffer.from(`reference,guest,arrival,departure,room,amount\nF-1,Ann Lee,03/04/${year},05/04/${year},DBL,100.00\n`),
        });
        const choice = page.getByRole('button', { name: new RegExp(w.day, 'i') });
        await choice.waitFor();
        await sound(page, shot('import-question'));
        await choice.click();
        await page.locator('.counts > div', { hasText: w.created }).filter({ hasText: '1' }).waitFor();
        await sound(page, shot('import-done'));
        const { rooms } = await world.reservation('F-1');
        assert.equal(rooms[0].arrival, `${year}-04-03`);
    });

    test('the calendar tells a night, by eye, by keyboard and by ear', async () => {
        const night = day(30);
        await go(`calendar?month=${night.slice(0, 7)}&room=DBL`);
        const cell = page.locator(`button[data-night="${night}"][data-room="DBL"]`);
        await cell.waitFor();
        assert.equal((await cell.locator('.night-left').textContent()).trim(), '2');
        assert.match(await cell.getAttribute('aria-label'), w.sold);
        await sound(page, shot('calendar'));
        await page.locator('button.night[tabindex="0"]').first().focus();
        const first = await page.evaluate(() => document.activeElement.dataset.night);
        await page.keyboard.press('ArrowRight');
        const second = await page.evaluate(() => document.activeElement.dataset.night);
        assert.equal(Date.parse(second) - Date.parse(first), 86_400_000);
        await cell.click();
        await page.getByRole('dialog').getByText('BK-1').waitFor();
        await sound(page, shot('night'));
        await page.keyboard.press('Escape');
        await page.getByRole('dialog').waitFor({ state: 'detached' });
        assert.equal(await page.evaluate(() => document.activeElement.dataset.night), night);
    });

    test('the guide makes a bundle without secrets and guests', async () => {
        await go('guide');
        await sound(page, shot('guide'));
        const download = page.waitForEvent('download');
        await page.getByRole('button', { name: w.bundle }).click();
        assert.match((await download).suggestedFilename(), /^selfkey-demo-.*\.json$/);
        await page.getByText(w.see).click();
        const text = await page.locator('details pre').textContent();
        const bundle = JSON.parse(text);
        assert.ok(bundle.integrations.length >= 2);
        for (const never of [secret, password, 'Martin', 'Ann Lee', 'owner@example.org', 'BK-1"']) {
            assert.ok(!text.includes(never), `the bundle holds ${never}`);
        }
        await sound(page, shot('guide-bundle'));
    });

    test('a booking at the desk: refused in words, booked in another room, changed, and ended room by room', async () => {
        await world.api('POST', '/reservations', { reference: 'FULL', rooms: [{ roomType: 'SGL', arrival: day(0), departure: day(1) }] });
        await go('reservations/new');
        await page.getByRole('heading', { level: 1 }).waitFor();
        await sound(page, shot('booking-new'));
        await page.getByLabel(w.lastName, { exact: true }).fill('Okafor');
        await page.getByLabel(w.roomType).selectOption('SGL');
        await page.getByLabel(w.arrival, { exact: true }).fill(day(0));
        await page.getByLabel(w.departure, { exact: true }).fill(day(3));
        await page.getByRole('button', { name: w.book, exact: true }).click();
        await page.getByRole('alert').filter({ hasText: w.refused }).waitFor();
        await sound(page, shot('booking-refused'));
        await page.getByRole('button', { name: w.free }).click();
        await page.getByRole('button', { name: w.addRoom }).click();
        await page.getByLabel(w.roomAmount).first().fill('200');
        await page.getByLabel(w.roomAmount).last().fill('100,50');
        await page.getByRole('button', { name: w.addExtra }).click();
        await page.getByLabel(w.extra).fill('Parking');
        await page.getByLabel(w.unitPrice).fill('12');
        await page.getByLabel(w.total).fill('300,50');
        await page.getByRole('button', { name: w.book, exact: true }).click();
        await page.getByRole('heading', { level: 1, name: 'Okafor' }).waitFor();
        await page.getByText(w.mismatch).waitFor();
        await sound(page, shot('booking-booked'));
        await page.getByRole('link', { name: w.edit, exact: true }).click();
        await page.getByLabel(w.total).fill('312,50');
        await sound(page, shot('booking-edit'));
        await page.getByRole('button', { name: w.save, exact: true }).click();
        await page.getByRole('heading', { level: 1, name: 'Okafor' }).waitFor();
        await page.getByText(w.mismatch).waitFor({ state: 'detached' });
        await page.getByRole('button', { name: w.cancelRoom }).click();
        await page.getByRole('button', { name: w.cancelDo, exact: true }).click();
        await page.locator('.stays .tag', { hasText: w.cancelled }).waitFor();
        await page.getByRole('button', { name: w.noShow }).click();
        await sound(page, shot('booking-no-show'));
        await page.getByRole('button', { name: w.noShowDo }).click();
        await page.locator('.intro .tag', { hasText: w.gone }).waitFor();
        await sound(page, shot('booking-ended'));
        const [r] = (await world.reservations()).filter((x) => x.guest.lastName === 'Okafor');
        assert.deepEqual(r.rooms.map((s) => [s.number, s.code, s.status]), [[1, 'DBL', 'no_show'], [2, 'DBL', 'cancelled']]);
        assert.equal(r.totalAmount, '312.50');
        assert.equal(r.mismatches?.length, 1); // a room fewer: the total is the channel's, or the hotel's, to change
    });

    test('the other pages are sound as well', async () => {
        const [reservation] = await world.reservations();
        for (const path of ['', 'reservations', 'integrations', `integrations/${hook}/messages`, `integrations/${hook}/logs`, 'imports', 'exports', 'nowhere', `reservations/${reservation.id}`]) {
            await go(path);
            await sound(page, shot(`page-${path.replace(/\W+/g, '-')}`));
        }
        if (width < 600) {
            await page.locator('.thumb > button').click();
            await page.getByRole('dialog').waitFor();
            await sound(page, shot('menu'));
            await page.keyboard.press('Escape');
        }
    });

    test('a session that ended: one signs in again and is where one was, with what one typed', async () => {
        await go(`integrations/${hook}/settings`);
        await page.getByLabel(w.name, { exact: true }).fill('Website, renamed');
        await page.evaluate(() => fetch('/api/logout', { method: 'POST' }));
        await page.getByRole('button', { name: w.save, exact: true }).click();
        await page.getByRole('heading', { name: w.again }).waitFor();
        await sound(page, shot('session-ended'));
        await page.getByLabel(w.password).fill(password);
        await page.getByRole('button', { name: w.signIn }).click();
        await page.getByRole('heading', { name: w.again }).waitFor({ state: 'detached' });
        assert.equal(await page.getByLabel(w.name, { exact: true }).inputValue(), 'Website, renamed');
        await page.getByRole('button', { name: w.save, exact: true }).click();
        await page.getByText(w.saved).first().waitFor();
        await sound(page, shot('settings-saved'));
    });
}
