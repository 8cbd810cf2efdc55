/* Titles, paragraphs and facts that would run if they were not shown as text. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { archive } from './articles.js';
import { browser, server, stage } from './stage.js';
import { box, openPage, shoot } from './support.js';

stage({ articles: archive() });

/** Nothing ran, nothing but our own scripts and pictures is there. @param {import('playwright-core').Page} page */
async function checkInert(page) {
    const found = await page.evaluate(() => {
        const roots = [document, ...[...document.querySelectorAll('*')].map((e) => e.shadowRoot)];
        const foreign = 'img, iframe, object, embed, script:not([src]), [onerror], [onload], [onmouseover]';
        return {
            hacked: /** @type {any} */ (window).hacked,
            elements: roots.flatMap((r) => [...(r?.querySelectorAll(foreign) ?? [])]).map((e) => e.outerHTML),
            links: roots
                .flatMap((r) => [...(r?.querySelectorAll('a[href]') ?? [])])
                .map((a) => /** @type {HTMLAnchorElement} */ (a).protocol)
                .filter((p) => p !== 'http:' && p !== 'https:'),
        };
    });
    assert.deepEqual(found, { hacked: undefined, elements: [], links: [] });
}

test('in the box, in the list and in the article, texts are texts', async () => {
    const { page, close } = await openPage(browser);
    await page.goto(server.origin);
    await box(page).fill('蜃楼');
    await page.locator('jianwen-search').getByText('<script>window.hacked = 1</script>').first().waitFor();
    await checkInert(page);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Enter');
    const title = page.locator('.hit h3');
    await title.waitFor();
    assert.equal(
        await title.innerText(),
        '蜃楼 <script>window.hacked = 1</script>"><img src=x onerror="window.hacked = 2">',
    );
    assert.match(await page.locator('.facet').first().innerText(), /晨报<b><script>/);
    await checkInert(page);
    await shoot(page, 'hostile-list');
    await page.locator('.facet a').first().click();
    await page.locator('.chips').getByText('晨报<b><script>').waitFor();
    await checkInert(page);
    await title.getByRole('link').click();
    await page.getByText('<mark>蜃楼</mark>不是标记').waitFor();
    assert.equal(await page.locator('#article mark').count(), 3);
    await page.getByText('&lt;b&gt; &amp;').waitFor();
    await checkInert(page);
    await shoot(page, 'hostile-article');
    await close();
});

test('an address that attacks is text, too', async () => {
    const { page, complaints } = await openPage(browser);
    const attack = '"><img src=x onerror="window.hacked=7"><script>window.hacked=8</script>';
    await page.goto(`${server.origin}/?${new URLSearchParams({ q: attack, source: attack, page: attack })}`);
    await page.locator('.chips').waitFor();
    await page.locator('.zero-title').waitFor();
    await checkInert(page);
    await page.goto(`${server.origin}/a/${encodeURIComponent(attack)}?q=${encodeURIComponent(attack)}`);
    await page.getByRole('alert').waitFor();
    await checkInert(page);
    assert.deepEqual(
        complaints.filter((c) => !/status of 404/.test(c)),
        [],
    );
    await page.context().close();
});

test('the policy is strict, and is in force', async () => {
    const { page } = await openPage(browser);
    const response = await page.goto(server.origin);
    const policy = response?.headers()['content-security-policy'] ?? '';
    assert.match(policy, /default-src 'self'/);
    assert.doesNotMatch(policy, /unsafe|\*/);
    const ran = await page.evaluate(() => {
        const script = document.createElement('script');
        try {
            script.textContent = 'window.hacked = 9';
            document.head.append(script);
        } catch {
            return 'refused';
        }
        return /** @type {any} */ (window).hacked ?? 'blocked';
    });
    assert.match(String(ran), /refused|blocked/);
    const written = await page.evaluate(() => {
        try {
            document.body.innerHTML = '<b>no</b>';
            return 'written';
        } catch {
            return 'refused';
        }
    });
    assert.equal(written, 'refused');
    await page.context().close();
});
