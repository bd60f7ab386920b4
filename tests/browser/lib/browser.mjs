// Debian's Chromium, and what every page must be: without errors, without a breach of its policy, without a finding of
// axe, and no wider than the screen.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const require = createRequire(import.meta.url);
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

export const executable = process.env.CHROMIUM ?? '/usr/bin/chromium';
export const missing = existsSync(executable) ? false : `skipped: there is no Chromium at ${executable}`;

export function launch() {
    return chromium.launch({
        executablePath: executable,
        args: [
            ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
            '--disable-gpu',
            '--disable-quic',
            '--no-first-run',
            '--disable-background-networking',
            '--disable-component-update',
            '--disable-sync',
        ],
    });
}

// A tab of somebody whose browser speaks that language. `faults` gathers what must not happen.
export async function open(browser, url, { lang, width, colorScheme = 'light' }) {
    const context = await browser.newContext({
        viewport: { width, height: width < 600 ? 740 : 900 },
        locale: lang === 'fr' ? 'fr-FR' : 'en-GB',
        colorScheme,
        reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    page.faults = [];
    page.on('pageerror', (e) => page.faults.push(e.message));
    page.on('dialog', (d) => {
        page.faults.push(`dialog: ${d.message()}`);
        void d.dismiss();
    });
    page.on('console', (m) => {
        // A refused request is logged by the browser itself; it may be what a test is about.
        if (m.type() === 'error' && !/Failed to load resource/.test(m.text())) page.faults.push(m.text());
    });
    await page.addInitScript(() => {
        window.addEventListener('securitypolicyviolation', (e) => console.error(`policy: ${e.violatedDirective} ${e.blockedURI}`));
    });
    await page.goto(url);
    return page;
}

export async function settled(page) {
    await page.waitForFunction(() => !document.querySelector('.loading, main .spinner'));
}

export async function sound(page, where) {
    await settled(page);
    assert.deepEqual(page.faults, [], where);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(over <= 0, `${where}: ${over} pixels wider than the screen`);
    const found = await page.evaluate(async (source) => {
        if (!window.axe) (0, eval)(source);
        const { violations } = await window.axe.run(document);
        return violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`);
    }, axe);
    assert.deepEqual(found, [], where);
    // For looking at: SHOTS=/tmp/shots
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${where}.png`, fullPage: true });
}
