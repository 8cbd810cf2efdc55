/* The box in pages of another origin: from the box to the paragraph, under their policy. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { archive } from './articles.js';
import { browser, server, site, stage } from './stage.js';
import { box, checkLook, noteShifts, openPage, PATIENCE_MS, readHere, SOURCE, startSite } from './support.js';

/** In config/samples/shidu-sensors.txt a column ends between 感 and 知. */
const CUT = {
    file: 'shidu-sensors',
    phrase: '能感知百分之一克',
    lines: ['的压力传感器，能感', '知百分之一克的重量'],
};

/** What the site lets its pages load: our script and answers, nothing inline. @param {string} path */
const policy = (path) =>
    ['/plain', '/vue'].includes(path)
        ? ''
        : `default-src 'none'; script-src ${server?.origin}; connect-src ${server?.origin}; form-action ${server?.origin};`;

const bare = '<jianwen-search></jianwen-search>';
const several =
    '<jianwen-search id="a" source="云川晚报" limit="3"></jianwen-search>' +
    '<jianwen-search id="b" lang="en" placeholder="Kites" theme="dark"></jianwen-search>';

/** @param {string} body */
const sitePage = (body) =>
    `<!doctype html><html lang="zh-Hans"><title>站点</title>` +
    `<script src="${server.origin}/jianwen-search.js" async></script>` +
    `<main><h1>站点</h1>${body}</main></html>`;

/** A page of this folder. @param {string} name */
const example = (name) => readHere(name).replaceAll('http://archive.example:8080', server.origin);

function pages() {
    const vue = createRequire(import.meta.url).resolve('vue/dist/vue.esm-browser.prod.js');
    const form =
        `<form action="${server.origin}/" method="get"><input type="hidden" name="sort" value="newest">` +
        '<jianwen-search name="q"></jianwen-search></form>';
    return {
        '/': sitePage(bare),
        '/several': sitePage(several),
        '/form': sitePage(form),
        '/plain': example('plain_page.html'),
        '/vue': example('vue_page.html'),
        '/vue.js': readFileSync(vue, 'utf8'),
    };
}

stage({
    articles: archive(),
    files: join(SOURCE, 'config/samples'),
    pages,
    policy,
    settings: () => ({ JIANWEN_CORS_ORIGINS: site.origin }),
});
/** @param {import('playwright-core').Page} page @param {string} [id] */
const options = (page, id) => page.locator(id ?? 'jianwen-search').getByRole('option');

test('from a box on another site to the paragraph, by words cut across two printed lines', async () => {
    const printed = readFileSync(join(SOURCE, `config/samples/${CUT.file}.txt`), 'utf8');
    assert.ok(!printed.includes(CUT.phrase) && printed.includes(CUT.lines.join('\n')), 'the words are cut');
    const { page, close } = await openPage(browser);
    await page.goto(site.origin);
    await box(page).pressSequentially(CUT.phrase, { delay: 15 });
    const hit = page.getByRole('group', { name: '文章' }).getByRole('option').first();
    // First hits of a part of the words may come before.
    await hit.locator('mark').getByText(CUT.phrase, { exact: true }).waitFor();
    await checkLook(page, 'embedded');
    await hit.click();
    await page.waitForURL(/\/a\/shidu-sensors\?q=.*#p\d+$/);
    const here = page.locator('.para.here');
    await here.waitFor();
    assert.equal(await here.locator('mark').innerText(), CUT.phrase);
    await page.waitForFunction(() => {
        const r = document.querySelector('.para.here')?.getBoundingClientRect();
        return r && r.top >= 0 && r.bottom <= innerHeight;
    });
    await checkLook(page, 'embedded-arrived');
    await close();
});

test('one request for the box, and nothing moves when it comes', async () => {
    const { page, requests, close } = await openPage(browser);
    await noteShifts(page);
    await page.goto(`${site.origin}/plain`);
    await page.getByRole('combobox').waitFor();
    await page.waitForLoadState('networkidle');
    assert.deepEqual(
        requests.filter((r) => r.startsWith(server.origin)),
        [`${server.origin}/jianwen-search.js`],
    );
    assert.deepEqual(await page.evaluate(() => /** @type {any} */ (window).shifts), []);
    await close();
});

test('several boxes on a page, each with its own attributes and events', async () => {
    const { page, close } = await openPage(browser);
    await page.goto(`${site.origin}/several`);
    await page.evaluate(() => {
        const told = /** @type {any} */ (window);
        told.told = [];
        for (const type of ['jianwen-search', 'jianwen-open']) {
            document.addEventListener(type, (event) => {
                event.preventDefault();
                told.told.push([
                    /** @type {Element} */ (event.target).id,
                    type,
                    /** @type {CustomEvent} */ (event).detail,
                ]);
            });
        }
    });
    await page.locator('#a').getByRole('combobox').fill('灯塔');
    await options(page, '#a').first().waitFor();
    assert.equal(
        await page.locator('#a').getByRole('group', { name: '文章' }).getByRole('option').count(),
        3,
    );
    assert.match(await options(page, '#a').last().innerText(), /20 篇/);
    assert.equal(await options(page, '#b').count(), 0);
    await options(page, '#a').last().click();
    await page.getByRole('combobox', { name: 'Kites' }).fill('风筝');
    assert.equal(await options(page, '#a').count(), 0);
    await page.getByRole('group', { name: 'Articles' }).getByRole('option').first().click();
    const told = await page.evaluate(() => /** @type {any} */ (window).told);
    assert.equal(told.length, 2);
    assert.deepEqual(told[0].slice(0, 2), ['a', 'jianwen-search']);
    assert.equal(told[0][2].query, '灯塔');
    assert.equal(new URL(told[0][2].url).searchParams.get('source'), '云川晚报');
    assert.deepEqual(told[1].slice(0, 2), ['b', 'jianwen-open']);
    assert.match(told[1][2].id, /^kite\//);
    assert.match(told[1][2].url, /#p1$/);
    assert.equal(page.url(), `${site.origin}/several`);
    await checkLook(page, 'embedded-several');
    await close();
});

test('in a form the box is a field of it; without script it is a plain form', async () => {
    const { page, close } = await openPage(browser);
    await page.goto(`${site.origin}/form`);
    await box(page).fill('灯塔');
    await checkLook(page, 'embedded-in-form');
    await page.keyboard.press('Enter');
    await page.waitForURL(`${server.origin}/?sort=newest&q=${encodeURIComponent('灯塔')}`);
    await page.locator('.hit').first().waitFor();
    await close();

    const context = await browser.newContext({ javaScriptEnabled: false });
    context.setDefaultTimeout(PATIENCE_MS);
    const plain = await context.newPage();
    await plain.goto(`${site.origin}/plain`);
    await plain.getByLabel('检索报纸文章').fill('灯塔');
    await plain.getByRole('button', { name: '检索' }).click();
    await plain.waitForURL(`${server.origin}/?q=${encodeURIComponent('灯塔')}`);
    await context.close();

    // axe is a script itself: it sees what is seen without one when scripts do not come and
    // <noscript> is taken off its contents.
    const { page: waiting } = await openPage(browser);
    await waiting.route(/\.js$/, (route) => route.abort());
    await waiting.route(/\/(plain|a\/.*)?$/, async (route) => {
        const response = await route.fetch();
        const body = (await response.text()).replace(/<\/?noscript>/g, '');
        await route.fulfill({ response, body });
    });
    for (const [name, url] of [
        ['embedded', `${site.origin}/plain`],
        ['page', server.origin],
        ['article', `${server.origin}/a/lamp/03`],
    ]) {
        await waiting.goto(url);
        await checkLook(waiting, `${name}-without-script`);
    }
    await waiting.context().close();
});

test('a site that is not on the list is refused by the browser, and the reader told', async () => {
    const other = await startSite({ '/': sitePage(bare) });
    const { page, complaints } = await openPage(browser);
    await page.goto(other.origin);
    await box(page).fill('灯塔');
    await page.locator('jianwen-search .message').filter({ hasText: '无法连接' }).waitFor();
    assert.ok(complaints.some((c) => /CORS/.test(c)));
    await page.context().close();
    await other.close();
});

test('in Vue: attributes from data, events to methods', async () => {
    const { page, close } = await openPage(browser);
    await page.goto(`${site.origin}/vue`);
    await box(page).fill('灯塔');
    const hits = page.getByRole('group', { name: '文章' }).getByRole('option');
    await hits.first().waitFor();
    assert.equal(await hits.count(), 3);
    const title = await hits.first().locator('.title').innerText();
    await hits.first().click();
    await page.locator('#opened', { hasText: `${title} ¶` }).waitFor();
    assert.equal(page.url(), `${site.origin}/vue`);
    await checkLook(page, 'embedded-in-vue');
    await close();
});

test('the examples of docs/embedding.md are the ones tried here', () => {
    const docs = readFileSync(join(SOURCE, 'docs/embedding.md'), 'utf8');
    const even = (/** @type {string} */ text) => text.replace(/\s+/g, ' ');
    const [, vue] = /```js\n(.*?)```/s.exec(docs) ?? [];
    assert.ok(even(readHere('vue_page.html')).includes(even(vue).trim()));
    const plain = even(readHere('plain_page.html'));
    const blocks = [...docs.matchAll(/```html\n(.*?)```/gs)].map((m) => m[1]);
    assert.equal(blocks.length, 2);
    for (const part of [
        /<script.*?<\/script>/s,
        /<style>.*?<\/style>/s,
        /<jianwen-search>.*<\/jianwen-search>/s,
    ]) {
        assert.ok(plain.includes(even(part.exec(blocks[1])?.[0] ?? 'missing')), String(part));
    }
});

test('a page styles the box by properties and parts', async () => {
    const { page, close } = await openPage(browser);
    await page.goto(site.origin);
    await box(page).waitFor();
    const look = await page.evaluate(() => {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(
            'jianwen-search { --jianwen-background: rgb(1, 2, 3); --jianwen-radius: 9px } jianwen-search::part(input) { color: rgb(4, 5, 6) }',
        );
        document.adoptedStyleSheets = [sheet];
        const root = document.querySelector('jianwen-search')?.shadowRoot;
        const style = (/** @type {string} */ s) =>
            getComputedStyle(/** @type {Element} */ (root?.querySelector(s)));
        return [style('.box').backgroundColor, style('.box').borderRadius, style('input').color];
    });
    assert.deepEqual(look, ['rgb(1, 2, 3)', '9px', 'rgb(4, 5, 6)']);
    await close();
});
