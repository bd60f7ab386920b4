// Rates in the page: a plan is made, weekends are priced, a night tells who did it, and the change is taken back.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { eventually } from '../scenario/lib/process.mjs';
import { day, openWorld, password } from '../scenario/lib/world.mjs';
import { launch, missing, open, settled, sound } from './lib/browser.mjs';

const words = {
    fr: {
        email: 'Adresse e-mail', password: 'Mot de passe', signIn: 'Se connecter', overview: 'Aperçu', addPlan: 'Ajouter un plan tarifaire',
        code: 'Code', name: 'Nom', save: 'Enregistrer', made: 'Ses prix', percent: 'Pour cent de plus (de moins : -10)', bulk: 'Modifier plusieurs nuits',
        price: 'Prix', setTo: 'fixer à', priceValue: 'Prix : nouvelle valeur', min: 'Séjour min. à l’arrivée', minValue: 'Séjour min. à l’arrivée : nouvelle valeur',
        first: 'Première nuit', last: 'Dernière nuit', changed: /8 valeurs modifiées/, said: /150,00\s€/, was: /Prix\s: 150,00\s€, auparavant rien/,
        undo: /Annuler\s: /, undone: /8 valeurs/, noPrice: /pas de prix/, days: ['lun.', 'mar.', 'mer.', 'jeu.', 'dim.'], by: 'Fixé par owner@example.org',
        wrong: /dépasse/, max: 'Séjour max.', maxValue: 'Séjour max. : nouvelle valeur', cancel: 'Annuler', changes: 'Modifications',
    },
    en: {
        email: 'E-mail address', password: 'Password', signIn: 'Sign in', overview: 'Overview', addPlan: 'Add a rate plan',
        code: 'Code', name: 'Name', save: 'Save', made: 'Its prices', percent: 'Percent more (less: -10)', bulk: 'Change many nights',
        price: 'Price', setTo: 'set to', priceValue: 'Price: new value', min: 'Min stay on arrival', minValue: 'Min stay on arrival: new value',
        first: 'First night', last: 'Last night', changed: /8 values changed/, said: /€150.00/, was: /Price: €150.00, was nothing/,
        undo: /Take back: /, undone: /8 values/, noPrice: /no price/, days: ['Mon', 'Tue', 'Wed', 'Thu', 'Sun'], by: 'Set by owner@example.org',
        wrong: /is more than/, max: 'Max stay', maxValue: 'Max stay: new value', cancel: 'Cancel', changes: 'Changes',
    },
};

// Two weeks within one month, from a Monday to come on.
const monday = (() => {
    for (let n = 30; ; n++) {
        const at = new Date(`${day(n)}T00:00:00Z`);
        if (at.getUTCDay() === 1 && day(n).slice(0, 7) === day(n + 13).slice(0, 7)) return n;
    }
})();
const friday = day(monday + 4);

let browser;
before(async () => {
    if (!missing) browser = await launch();
});
after(() => browser?.close());

for (const lang of ['fr', 'en']) {
    for (const width of [360, 1440]) {
        describe(`rates, ${lang}, ${width} pixels`, { skip: missing }, () => story(lang, width));
    }
}

function story(lang, width) {
    const w = words[lang];
    const shot = (name) => `rates-${name}-${lang}-${width}`;
    let world, page;
    const go = async (path) => {
        await page.goto(`${world.server.url}/#/demo/${path}`);
        await settled(page);
    };
    const cell = (date, plan = 'BAR') => page.locator(`button[data-night="${date}"][data-row="DBL ${plan}"]`);

    before(async () => {
        world = await openWorld();
        await world.addRoom('DBL', 3);
        page = await open(browser, world.server.url, { lang, width });
        await page.getByLabel(w.email).fill('owner@example.org');
        await page.getByLabel(w.password).fill(password);
        await page.getByRole('button', { name: w.signIn }).click();
        await page.getByRole('heading', { level: 1, name: w.overview }).waitFor();
    });
    after(async () => {
        await page?.context().close();
        await world?.close();
    });

    test('a plan is made, and one that follows it', async () => {
        await go('rates');
        await sound(page, shot('none'));
        await go('rates/plans');
        await sound(page, shot('plans-none'));
        await page.getByRole('button', { name: w.addPlan }).click();
        await page.getByLabel(w.code, { exact: true }).fill('BAR');
        await page.getByLabel(w.name, { exact: true }).fill('Flex');
        await sound(page, shot('plan'));
        await page.getByRole('button', { name: w.save, exact: true }).click();
        await page.getByText('Flex').first().waitFor();
        await page.getByRole('button', { name: w.addPlan }).click();
        await page.getByLabel(w.code, { exact: true }).fill('NR');
        await page.getByLabel(w.made).selectOption('percent');
        await page.getByLabel(w.percent).fill('-10');
        await page.getByRole('button', { name: w.save, exact: true }).click();
        await page.getByText('−10 %').waitFor();
        await sound(page, shot('plans'));
        const plans = await world.all('/rate-plans');
        assert.deepEqual(plans.map((p) => [p.code, p.derived?.percent ?? null]), [['BAR', null], ['NR', '-10']]);
    });

    test('weekends are priced at once; a slip is told at its field', async () => {
        await go(`rates?month=${day(monday).slice(0, 7)}`);
        await page.getByRole('button', { name: w.bulk }).click();
        const dialog = page.getByRole('dialog');
        await dialog.getByLabel(w.first).fill(day(monday));
        await dialog.getByLabel(w.last).fill(day(monday + 13));
        for (const name of w.days) await dialog.getByLabel(name, { exact: true }).uncheck();
        await dialog.getByLabel(w.price, { exact: true }).selectOption({ label: w.setTo });
        await dialog.getByLabel(w.priceValue).fill('150');
        await dialog.getByLabel(w.min, { exact: true }).selectOption({ label: w.setTo });
        await dialog.getByLabel(w.minValue).fill('2');
        await dialog.getByLabel(w.max, { exact: true }).selectOption({ label: w.setTo });
        await dialog.getByLabel(w.maxValue).fill('1');
        await dialog.getByRole('button', { name: w.save, exact: true }).click();
        await dialog.getByText(w.wrong).first().waitFor();
        await sound(page, shot('bulk'));
        await dialog.getByLabel(w.max, { exact: true }).selectOption('');
        await dialog.getByRole('button', { name: w.save, exact: true }).click();
        await page.getByText(w.changed).waitFor();
        await dialog.waitFor({ state: 'detached' });
        await eventually(async () => assert.match(await cell(friday).getAttribute('aria-label'), w.said));
        assert.match(await cell(day(monday + 2)).getAttribute('aria-label'), w.noPrice);
        assert.equal(await cell(friday).locator('.rate-badges').textContent(), '≥2');
        await sound(page, shot('grid'));
    });

    test('by keyboard, a night tells who set it; the change is taken back', async () => {
        await cell(friday).focus();
        await page.keyboard.press('ArrowRight');
        assert.equal(await page.evaluate(() => document.activeElement.dataset.night), day(monday + 5));
        await page.keyboard.press('Enter');
        const dialog = page.getByRole('dialog');
        await dialog.getByText(w.was).waitFor();
        await dialog.getByText(w.by).first().waitFor();
        await sound(page, shot('night'));
        await dialog.getByRole('button', { name: w.undo }).first().click();
        await page.getByText(w.undone).waitFor();
        await eventually(async () => assert.match(await cell(friday).getAttribute('aria-label'), w.noPrice));
        await go('rates/changes');
        await page.getByRole('heading', { level: 1, name: w.changes }).waitFor();
        await sound(page, shot('changes'));
    });

    test('what others change appears by itself', async () => {
        await go(`rates?month=${friday.slice(0, 7)}`);
        await world.api('PUT', '/rates', { roomTypes: ['DBL'], ratePlans: ['BAR'], from: friday, to: friday, price: '150', stopSell: true });
        await eventually(async () => assert.match(await cell(friday).getAttribute('aria-label'), w.said), { timeout_ms: 15_000 });
        await sound(page, shot('shut'));
    });
}
