/* The search box: typing, input methods, keys, history, slow and failing servers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { archive } from './articles.js';
import { between, browser, server, stage } from './stage.js';
import { box, checkLook, compose, gate, openAtRest, openPage } from './support.js';

stage({ articles: archive() });

/** @param {string[]} requests */
const searches = (requests) => requests.filter((r) => r.includes('/v1/search'));

/** @param {import('playwright-core').Page} page */
const options = (page) => page.locator('jianwen-search').getByRole('option');

/** The silence after which the box asks, to the millisecond. */
const DEBOUNCE_MS = 120;

test('typing asks once, after the last key, and shows suggestions and hits', async () => {
    const { page, requests, close } = await openPage(browser);
    await openAtRest(page, server.origin);
    for (const key of '灯塔') {
        await box(page).pressSequentially(key);
        await page.clock.runFor(DEBOUNCE_MS - 1);
    }
    assert.equal(searches(requests).length, 0);
    await page.clock.runFor(1);
    await options(page).first().waitFor();
    assert.equal(searches(requests).length, 1);
    assert.equal(await box(page).getAttribute('aria-expanded'), 'true');
    assert.ok((await page.getByRole('group', { name: '文章' }).getByRole('option').count()) === 5);
    assert.match(await options(page).last().innerText(), /查看全部结果（60 篇）/);
    assert.equal(await page.locator('jianwen-search mark').first().innerText(), '灯塔');
    await page.clock.resume();
    await checkLook(page, 'widget-panel');
    await close();
});

test('roles and names are those of a combobox', async () => {
    const { page, close } = await openPage(browser);
    await page.goto(server.origin);
    const input = page.getByRole('combobox', { name: '检索报纸文章' });
    await input.fill('灯塔');
    await options(page).first().waitFor();
    assert.equal(await input.getAttribute('aria-controls'), 'list');
    assert.equal(await page.getByRole('listbox', { name: '建议与结果' }).count(), 1);
    assert.equal(await page.getByRole('button', { name: '检索', exact: true }).count(), 1);
    assert.match(await page.locator('jianwen-search [role="status"]').innerText(), /找到 60 篇/);
    await page.keyboard.press('ArrowDown');
    const active = await input.getAttribute('aria-activedescendant');
    assert.equal(await page.locator(`jianwen-search #${active}`).getAttribute('aria-selected'), 'true');
    await close();
});

test('nothing is asked while an input method composes', async () => {
    const { page, requests, close } = await openPage(browser);
    await openAtRest(page, server.origin);
    await box(page).focus();
    const finish = await compose(page, ['d', 'deng', "deng't", "deng'ta"]);
    await page.clock.runFor(60000);
    assert.equal(searches(requests).length, 0);
    await finish('灯塔');
    await page.clock.runFor(DEBOUNCE_MS);
    await options(page).first().waitFor();
    assert.equal(await box(page).inputValue(), '灯塔');
    assert.equal(searches(requests).length, 1);
    await close();
});

test('the Enter that ends a composition submits nothing, in either order of events', async () => {
    for (const order of ['chromium', 'safari']) {
        const { page, close } = await openPage(browser);
        await page.goto(server.origin);
        await box(page).focus();
        await box(page).evaluate((/** @type {HTMLInputElement} */ input, how) => {
            const enter = () => {
                const key = { key: 'Enter', keyCode: 229, bubbles: true, composed: true, cancelable: true };
                return new KeyboardEvent('keydown', { ...key, isComposing: how === 'chromium' });
            };
            document.addEventListener('jianwen-search', () => (document.body.dataset.submitted = 'yes'));
            input.dispatchEvent(new CompositionEvent('compositionstart'));
            input.value = '灯塔';
            input.dispatchEvent(new InputEvent('input', { isComposing: true, bubbles: true }));
            if (how === 'chromium') {
                input.dispatchEvent(enter());
            }
            input.dispatchEvent(new CompositionEvent('compositionend', { data: '灯塔' }));
            if (how === 'safari') {
                input.dispatchEvent(enter());
            }
        }, order);
        await options(page).first().waitFor();
        assert.equal(await page.locator('body').getAttribute('data-submitted'), null, order);
        assert.equal(new URL(page.url()).search, '', order);
        await page.keyboard.press('Enter');
        await page.waitForURL(/\?q=/);
        assert.equal(new URL(page.url()).searchParams.get('q'), '灯塔');
        await close();
    }
});

test('pasted text is searched as it stands', async () => {
    const { page, close } = await openPage(browser, { permissions: ['clipboard-read', 'clipboard-write'] });
    await page.goto(server.origin);
    await page.evaluate(() => navigator.clipboard.writeText('  松岭风筝节昨日开幕\n'));
    await box(page).focus();
    await page.keyboard.press('Control+V');
    await options(page).first().waitFor();
    assert.match(await page.getByRole('group', { name: '文章' }).innerText(), /松岭风筝节开幕/);
    await close();
});

test('one character is a query', async () => {
    const { page, close } = await openPage(browser);
    await page.goto(server.origin);
    await box(page).pressSequentially('蜃');
    await options(page).first().waitFor();
    assert.match(await options(page).last().innerText(), /1 篇/);
    await close();
});

test('arrow keys go round, Escape closes and then empties, Enter opens', async () => {
    const { page, close } = await openPage(browser);
    await page.goto(server.origin);
    await box(page).fill('渡轮');
    await options(page).first().waitFor();
    const n = await options(page).count();
    const active = () => box(page).getAttribute('aria-activedescendant');
    await page.keyboard.press('ArrowUp');
    assert.equal(await active(), `o${n - 1}`);
    await page.keyboard.press('ArrowDown');
    assert.equal(await active(), null);
    await page.keyboard.press('ArrowDown');
    assert.equal(await active(), 'o0');
    await page.keyboard.press('Escape');
    assert.equal(await box(page).getAttribute('aria-expanded'), 'false');
    assert.equal(await options(page).count(), 0);
    assert.equal(await box(page).inputValue(), '渡轮');
    await page.keyboard.press('Escape');
    assert.equal(await box(page).inputValue(), '');

    await box(page).fill('渡轮');
    const hit = page.getByRole('group', { name: '文章' }).getByRole('option').first();
    const title = await hit.locator('.title').innerText();
    const wanted = await hit.getAttribute('id');
    while ((await active()) !== wanted) {
        await page.keyboard.press('ArrowDown');
    }
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/a\/lamp\/\d\d\?q=.*#p4$/);
    await page.getByRole('heading', { name: title }).waitFor();
    await close();
});

test('the last answer wins: an overtaken question is given up', async () => {
    const { page, complaints } = await openPage(browser);
    const slow = gate();
    between.rules.hold = (url) => (url.includes(encodeURIComponent('灯塔')) ? slow.opened : undefined);
    await page.goto(between.origin);
    const first = page.waitForRequest((request) => request.url().includes('/v1/search'));
    await box(page).fill('灯塔');
    const givenUp = page.waitForEvent('requestfailed', async (request) => request === (await first));
    await first;
    await box(page).fill('风筝');
    await givenUp;
    const hits = page.getByRole('group', { name: '文章' });
    await hits.getByText('风筝').first().waitFor();
    slow.open();
    assert.doesNotMatch(await hits.innerText(), /灯塔/);
    between.rules.hold = () => undefined;
    assert.deepEqual(complaints, []);
    await page.context().close();
});

test('a slow server is announced, a failing one is told of and can be asked again', async () => {
    const { page } = await openPage(browser);
    await page.goto(between.origin);
    const slow = gate();
    between.rules.hold = (url) => (url.startsWith('/v1/') ? slow.opened : undefined);
    await box(page).fill('灯塔');
    await page.getByText('检索中……').waitFor({ state: 'attached' });
    await checkLook(page, 'widget-waiting');
    slow.open();
    await options(page).first().waitFor();
    between.rules.hold = () => undefined;
    for (const [status, text] of /** @type {[number, RegExp][]} */ ([
        [-1, /无法连接/],
        [503, /正忙/],
        [500, /出错/],
    ])) {
        between.rules.fail = (url) => (url.startsWith('/v1/') ? status : 0);
        await box(page).fill(`灯塔${status}`);
        await page.locator('jianwen-search .message').filter({ hasText: text }).waitFor();
        await checkLook(page, `widget-failure${status}`);
    }
    between.rules.fail = (url) => (url.startsWith('/v1/') ? -1 : 0);
    await box(page).fill('灯塔');
    await page
        .locator('jianwen-search .message')
        .filter({ hasText: /无法连接/ })
        .waitFor();
    between.rules.fail = () => 0;
    await page.getByRole('button', { name: '重试' }).click();
    await options(page).first().waitFor();
    await page.context().close();
});

test('searches are remembered here, offered in an empty box, and can be cleared', async () => {
    const { page, close } = await openPage(browser);
    await page.goto(server.origin);
    for (const q of ['灯塔', '渡轮']) {
        await box(page).fill(q);
        await page.keyboard.press('Enter');
        await page.getByRole('heading', { level: 3 }).first().waitFor();
    }
    await box(page).fill('');
    const recent = page.getByRole('group', { name: '最近检索' });
    await recent.waitFor();
    assert.deepEqual(await recent.getByRole('option').allInnerTexts(), ['渡轮', '灯塔']);
    await checkLook(page, 'widget-history');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL(/q=%E7%81%AF%E5%A1%94/);
    await box(page).fill('');
    await page.getByRole('button', { name: '清除记录' }).click();
    assert.equal(await recent.count(), 0);
    assert.equal(await page.evaluate(() => localStorage.getItem('jianwen:recent')), null);
    await close();
});

test('the box speaks three languages, as its page or its attribute says', async () => {
    const { page, close } = await openPage(browser);
    await page.goto(server.origin);
    const search = page.locator('jianwen-search');
    for (const [lang, name] of [
        ['zh-TW', '檢索報紙文章'],
        ['en', 'Search newspaper articles'],
        ['zh-Hans', '检索报纸文章'],
    ]) {
        await search.evaluate((e, l) => e.setAttribute('lang', l), lang);
        assert.equal(await page.getByRole('combobox', { name }).count(), 1);
    }
    await close();
});
