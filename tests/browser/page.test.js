/* The search page: every state has an address, keys, bars, pages, failures, both themes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { archive, doubtful, many, story } from './articles.js';
import { between, browser, server, stage } from './stage.js';
import { box, checkLook, gate, importArticles, openPage, PATIENCE_MS, shoot } from './support.js';

const MANY = 10500;

stage({ articles: [...archive(), ...many(MANY), ...story(), ...doubtful()] });

/** @typedef {import('playwright-core').Page} Page */

/** @param {Record<string, string>} state */
const address = (state) => `${server.origin}/?${new URLSearchParams(state)}`;

/** @param {Page} page */
const parameters = (page) => Object.fromEntries(new URL(page.url()).searchParams);

/** Titles of the hits, once they are there. @param {Page} page */
async function titles(page) {
    await page.locator('.hit').first().waitFor();
    return page.locator('.hit h3').allInnerTexts();
}

/** @param {Page} page @param {RegExp} text */
const summary = (page, text) => page.locator('#summary').filter({ hasText: text }).waitFor();

test('first page, results, nothing found, keys', async () => {
    const { page, close } = await openPage(browser);
    await page.goto(server.origin);
    await page.getByText(/现有 10,570 篇/).waitFor();
    await checkLook(page, 'page-home');

    await page.goto(address({ q: '灯塔', source: '云川日报', from: '2018-03' }));
    await titles(page);
    await page.getByRole('heading', { name: '报纸' }).waitFor();
    await checkLook(page, 'page-results');

    await page.goto(address({ q: '“乌有之乡的灯塔”', to: '2019' }));
    await page.getByText('没有找到').waitFor();
    await checkLook(page, 'page-nothing');

    await page.getByRole('button', { name: '键盘' }).click();
    await page.getByRole('dialog', { name: '键盘操作' }).waitFor();
    await checkLook(page, 'page-keys');
    await close();
});

test('the theme and the language are the reader’s choice, and kept', async () => {
    const { page, close } = await openPage(browser, { colorScheme: 'light' });
    await page.goto(address({ q: '灯塔' }));
    await titles(page);
    await page.getByLabel('外观').selectOption('dark');
    await page.getByLabel('语言').selectOption('en');
    await page.getByRole('heading', { name: 'Exact matches' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Exact matches' }).waitFor();
    assert.equal(await page.getByRole('combobox', { name: 'Search newspaper articles' }).count(), 1);
    const back = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    assert.equal(back, 'rgb(25, 23, 20)');
    await checkLook(page, 'page-english-dark-by-choice');
    await close();
});

test('tiers stand apart with what they hold', async () => {
    const { page, close } = await openPage(browser);
    await page.goto(address({ q: '松岭风筝节', match: 'any', limit: '20' }));
    await titles(page);
    const tiers = await page.locator('.divider > span:first-child').allInnerTexts();
    assert.deepEqual(tiers, ['完全匹配', '部分匹配']);
    const exact = page.getByRole('region', { name: /完全匹配/ }).locator('h3');
    assert.deepEqual(await exact.allInnerTexts(), ['松岭风筝节开幕']);
    assert.ok(
        (await page
            .getByRole('region', { name: /部分匹配/ })
            .locator('h3')
            .count()) > 1,
    );
    await checkLook(page, 'page-tiers');
    await close();
});

test('facets narrow, chips widen again, and each state is a link that can be sent', async () => {
    const { page, close } = await openPage(browser);
    await page.goto(address({ q: '灯塔' }));
    await titles(page);
    await page
        .locator('.facet')
        .getByRole('link', { name: /云川晚报/ })
        .click();
    await summary(page, /20 篇/);
    await page.locator('.facet').getByRole('link', { name: /经济/ }).click();
    await summary(page, /5 篇/);
    assert.deepEqual(parameters(page), { q: '灯塔', source: '云川晚报', section: '经济' });
    const shown = await titles(page);
    const other = await openPage(browser);
    await other.page.goto(page.url());
    assert.deepEqual(await titles(other.page), shown);
    await other.close();
    await page.getByRole('link', { name: /取消筛选：报纸/ }).click();
    await summary(page, /15 篇/);
    await page.getByRole('link', { name: /取消筛选：栏目/ }).click();
    await summary(page, /60 篇/);
    await close();
});

test('sort, match, unit, script and dates are part of the address', async () => {
    const { page, close } = await openPage(browser);
    await page.goto(address({ q: '灯塔' }));
    await titles(page);
    await page.getByLabel('排序').selectOption('oldest');
    await page.waitForURL(/sort=oldest/);
    await page.locator('.hit').first().filter({ hasText: '2018年1月1日' }).waitFor();
    await page.locator('#unit').selectOption('paragraph');
    await summary(page, /180 段/);
    await page.locator('#match').selectOption('exact');
    await page.getByLabel('区分繁简').check();
    await page.waitForURL(/script=exact/);
    await page.getByLabel('起', { exact: true }).fill('2020');
    await page.getByLabel('止', { exact: true }).fill('2020-06');
    await page.getByRole('button', { name: '应用' }).click();
    await summary(page, /18 段/);
    assert.deepEqual(parameters(page), {
        q: '灯塔',
        sort: 'oldest',
        match: 'exact',
        unit: 'paragraph',
        script: 'exact',
        from: '2020',
        to: '2020-06',
    });
    await close();
});

test('bars: dragging over months filters, and so do arrow keys', async () => {
    const { page, close } = await openPage(browser);
    await page.goto(address({ q: '灯塔' }));
    await titles(page);
    const bars = page.locator('.bars');
    const area = await bars.boundingBox();
    assert.ok(area);
    const x = (/** @type {number} */ month) => area.x + ((month + 0.5) * area.width) / 60;
    await page.mouse.move(x(12), area.y + 30);
    assert.match(await page.locator('#timeline output').innerText(), /2019年1月：1 篇/);
    await page.mouse.down();
    await page.mouse.move(x(17), area.y + 30, { steps: 4 });
    assert.match(await page.locator('#timeline output').innerText(), /2019年1月–2019年6月：6 篇/);
    await checkLook(page, 'page-brush');
    await page.mouse.up();
    await summary(page, /6 篇/);
    assert.deepEqual(parameters(page), { q: '灯塔', from: '2019-01', to: '2019-06' });
    assert.equal(await page.locator('.bars rect.in').count(), 6);
    assert.equal(await page.locator('.bars rect.out').count(), 54);

    const slider = page.getByRole('slider', { name: '按月分布' });
    await slider.focus();
    await page.keyboard.press('Home');
    assert.match((await slider.getAttribute('aria-valuetext')) ?? '', /2018年1月/);
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('Shift+ArrowRight');
    await checkLook(page, 'page-brush-by-keys');
    await page.keyboard.press('Enter');
    await summary(page, /3 篇/);
    assert.deepEqual(parameters(page), { q: '灯塔', from: '2018-01', to: '2018-03' });
    await close();
});

test('back and forward show what was seen, where it was seen, without asking again', async () => {
    const { page, requests, close } = await openPage(browser);
    await page.goto(server.origin);
    await box(page).fill('灯塔');
    await page.keyboard.press('Enter');
    const first = await titles(page);
    await page.evaluate(() => window.scrollTo(0, 300));
    await page.locator('#next').evaluate((a) => /** @type {HTMLElement} */ (a).click());
    await page.getByText('第 2 页，共 6 页').waitFor();
    assert.notDeepEqual(await titles(page), first);
    const asked = requests.filter((r) => r.includes('/v1/search')).length;
    await page.goBack();
    await page.getByText('第 1 页，共 6 页').waitFor();
    assert.deepEqual(await titles(page), first);
    await page.waitForFunction(() => window.scrollY === 300);
    await page.goForward();
    await page.getByText('第 2 页，共 6 页').waitFor();
    await page.goBack();
    await page.goBack();
    await page.getByText('输入词语即可检索').waitFor();
    assert.equal(await box(page).inputValue(), '');
    assert.equal(requests.filter((r) => r.includes('/v1/search')).length, asked);
    await close();
});

test('keys: box, results, pages; they can be switched off', async () => {
    const { page, close } = await openPage(browser);
    await page.goto(address({ q: '灯塔' }));
    const [first, second] = await titles(page);
    const focused = () => page.evaluate(() => document.activeElement?.textContent);
    await page.keyboard.press('j');
    assert.equal(await focused(), first);
    await page.keyboard.press('j');
    assert.equal(await focused(), second);
    await page.keyboard.press('k');
    assert.equal(await focused(), first);
    await page.keyboard.press('n');
    await page.getByText('第 2 页，共 6 页').waitFor();
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'results-title');
    await page.keyboard.press('p');
    await page.getByText('第 1 页，共 6 页').waitFor();
    await page.keyboard.press('/');
    assert.equal(await page.evaluate(() => document.activeElement?.localName), 'jianwen-search');
    await page.keyboard.type('nj');
    assert.equal(await box(page).inputValue(), 'nj');
    await page.locator('#results-title').focus();
    await page.keyboard.press('?');
    await page.getByLabel('启用单键操作').uncheck();
    await page.getByRole('button', { name: '关闭' }).click();
    await page.locator('#results-title').focus();
    await page.keyboard.press('n');
    await page.keyboard.press('Tab'); // The next key has been dealt with, so the first has.
    await page.waitForFunction(() => document.activeElement?.id !== 'results-title');
    assert.equal(parameters(page).offset, undefined);
    await close();
});

test('ten thousand hits: an honest total, pages to the last one that can be had', async () => {
    const { page, close } = await openPage(browser);
    await page.goto(address({ q: '航标', offset: '9990' }));
    await summary(page, /10,560 篇/);
    await page.getByText('第 1,000 页，共 1,056 页').waitFor();
    await page.locator('#next').click();
    await page.getByText('第 1,001 页').waitFor();
    assert.equal(await page.locator('#next').count(), 0);
    await page.getByText('只能翻到前 10,000 条结果').waitFor();
    await checkLook(page, 'page-last');
    await close();
});

test('one character, and a state that the server refuses', async () => {
    const { page, complaints } = await openPage(browser);
    await page.goto(address({ q: '蜃' }));
    await summary(page, /1 篇/);
    await page.goto(address({ q: '灯塔', from: 'yesterday' }));
    await page.getByRole('alert').filter({ hasText: '检索条件有误' }).waitFor();
    await page.getByText(/from/).waitFor();
    await checkLook(page, 'page-refused');
    assert.deepEqual(
        complaints.filter((c) => !/status of 400/.test(c)),
        [],
    );
    await page.context().close();
});

test('a failing server is told of; asking again helps; the bar tells of a slow one', async () => {
    const { page } = await openPage(browser);
    for (const [status, text] of /** @type {[number, string][]} */ ([
        [-1, '无法连接检索服务'],
        [503, '检索服务正忙'],
        [500, '检索服务出错'],
    ])) {
        between.rules.fail = (url) => (url.startsWith('/v1/search') ? status : 0);
        await page.goto(`${between.origin}/?q=灯塔`);
        await page.getByRole('alert').filter({ hasText: text }).waitFor();
        await checkLook(page, `page-failure${status}`);
    }
    const answer = gate();
    between.rules.fail = () => 0;
    between.rules.hold = (url) => (url.startsWith('/v1/search') ? answer.opened : undefined);
    await page.getByRole('button', { name: '重试' }).click();
    await page.locator('body.busy').waitFor();
    await checkLook(page, 'page-waiting');
    answer.open();
    await titles(page);
    assert.equal(await page.locator('body.busy').count(), 0);
    between.rules.hold = () => undefined;
    await page.context().close();
});

test('an index that cannot be searched is told of, and who can do something about it', async () => {
    const { page } = await openPage(browser);
    for (const [problem, text] of [
        ['index-missing', '还没有可供检索的索引：请检索服务的管理员先建立索引。'],
        ['index-mismatch', '索引由另一版本的程序建立，无法使用：请检索服务的管理员重新建立索引。'],
        ['index-damaged', '索引已损坏：请检索服务的管理员重新建立索引，或恢复备份。'],
        ['index-busy', '检索服务尚未就绪，请稍后重试。'],
    ]) {
        between.rules.fail = (url) => (url.startsWith('/v1/search') ? 503 : 0);
        between.rules.problem = problem;
        await page.goto(`${between.origin}/?q=灯塔`);
        await page.getByRole('alert').filter({ hasText: text }).waitFor();
        await checkLook(page, `page-${problem}`);
    }
    between.rules.fail = () => 0;
    between.rules.problem = 'overloaded';
    await page.context().close();
});

test('notes say what was read otherwise; advice leads on', async () => {
    const { page, close } = await openPage(browser);
    await page.goto(address({ q: '灯塔 "检修' }));
    await page.getByText('引号不成对，已按文字检索。').waitFor();
    await checkLook(page, 'page-notes');
    await page.goto(address({ q: '灯塔 乌有之乡' }));
    await page.getByText('没有文章含有“').waitFor();
    await page.getByText('相近的检索有 60 篇：').getByRole('link', { name: '灯塔' }).click();
    await summary(page, /60 篇/);
    await page.goto(address({ q: '“灯塔光”', source: '云川日报', to: '2019' }));
    await page.getByText('可以试试').waitFor();
    await page.getByRole('link', { name: '取消筛选条件' }).click();
    await page.waitForURL((url) => !url.searchParams.has('source') && !url.searchParams.has('to'));
    await page.getByRole('link', { name: '去掉引号' }).click();
    await page.waitForURL((url) => url.searchParams.get('q') === '灯塔光');
    await close();
});

test('phone, wide screen and paper', async () => {
    for (const [name, width, height] of /** @type {[string, number, number][]} */ ([
        ['phone', 360, 740],
        ['wide', 2200, 1200],
    ])) {
        const { page, close } = await openPage(browser, { viewport: { width, height } });
        await page.goto(address({ q: '灯塔', section: '经济' }));
        await titles(page);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(overflow <= 0, `${name}: ${overflow} px too wide`);
        await checkLook(page, `page-${name}`);
        await close();
    }
    const { page, close } = await openPage(browser);
    await page.goto(address({ q: '灯塔' }));
    await titles(page);
    await page.emulateMedia({ media: 'print' });
    for (const selector of ['.filters', '.timeline', '.search', '.pager']) {
        assert.equal(await page.locator(selector).isVisible(), false, selector);
    }
    assert.equal(await page.locator('.hit').first().isVisible(), true);
    await shoot(page, 'page-print');
    await close();
});

test('reprints are one hit that names the others, or hits of their own', async () => {
    const { page, close } = await openPage(browser);
    await page.goto(address({ q: '须鲸搁浅' }));
    await summary(page, /2 篇/);
    const reprints = page.locator('.hit .reprints');
    await reprints.getByText('另有 2 处转载').click();
    assert.equal(await reprints.getByRole('link').count(), 2);
    await checkLook(page, 'page-reprints');
    await page.getByLabel('合并转载').uncheck();
    await summary(page, /4 篇/);
    assert.deepEqual(parameters(page), { q: '须鲸搁浅', dedupe: '0' });
    assert.equal(await reprints.count(), 0);
    await page.goBack();
    await summary(page, /2 篇/);
    await close();
});

test('a hit that depends on how lines were put together says so', async () => {
    const { page, close } = await openPage(browser);
    const doubts = page.locator('.hit .doubt');
    await page.goto(address({ q: '装回了原处。值守钟楼' }));
    await titles(page);
    assert.match(await doubts.innerText(), /^此处分段存疑，可能接着：值守钟楼三十年/);
    assert.equal(await doubts.locator('mark').innerText(), '值守钟楼');
    await checkLook(page, 'page-doubtful-break');
    await page.goto(address({ q: '装回原处。值守' }));
    await titles(page);
    assert.equal(await doubts.innerText(), '此处换行存疑，可能本是两段。');
    await checkLook(page, 'page-doubtful-join');
    await page.goto(address({ q: '罗师傅' }));
    await titles(page);
    assert.equal(await doubts.count(), 0);
    await close();
});

test('an article names its reprints and what is like it', async () => {
    const { page, close } = await openPage(browser);
    await page.goto(`${server.origin}/a/whale%2F0`);
    const related = page.locator('#related');
    await related.getByRole('link').first().waitFor();
    const found = await related.getByRole('link').allInnerTexts();
    assert.equal(found.filter((text) => text.includes('须鲸搁浅鹤鸣湾')).length, 2);
    assert.ok(found.some((text) => text.includes('须鲸为什么搁浅')));
    await checkLook(page, 'article-related');
    await close();
});

test('pages go on where the last one ended, though the index has grown; a link shows what is there', async () => {
    const { page, close } = await openPage(browser);
    const state = { q: '渡轮', sort: 'newest' };
    /** @param {Record<string, string>} more @returns {Promise<any>} */
    const ask = async (more) =>
        (await fetch(`${server.origin}/v1/search?${new URLSearchParams({ ...state, ...more })}`)).json();
    const all = (await ask({ limit: '20' })).hits.map((/** @type {any} */ hit) => hit.title);
    await page.goto(address(state));
    await summary(page, /20 篇/);
    const paragraphs = [`岚河渡轮昨日首航。${'新船载客三百人。'.repeat(12)}`];
    importArticles(server.folder, [{ id: 'new', title: '渡轮首航', date: '2024-01-01', paragraphs }]);
    const until = Date.now() + PATIENCE_MS;
    while ((await ask({})).total.value !== 21) {
        assert.ok(Date.now() < until, 'the server sees what was added');
    }
    await page.locator('#next').click();
    await page.getByText('第 2 页，共 2 页').waitFor();
    assert.deepEqual(await titles(page), all.slice(10));
    assert.deepEqual(parameters(page), { ...state, offset: '10' });
    await page.reload();
    await summary(page, /21 篇/);
    assert.deepEqual(await titles(page), all.slice(9, 19));
    await close();
});
