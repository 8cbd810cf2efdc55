/* An article's page: marks, places, matches by key, lines as printed, quotations. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { join } from 'node:path';
import { archive } from './articles.js';
import { between, browser, server, stage } from './stage.js';
import { checkLook, openAtRest, openPage, shoot, SOURCE } from './support.js';

stage({ articles: archive(), files: join(SOURCE, 'config/samples') });

const QUERY = encodeURIComponent('灯塔');
/** The clipboard may be used. */
const CLIPBOARD = { permissions: ['clipboard-read', 'clipboard-write'] };

/** @param {import('playwright-core').Page} page */
const clipboard = (page) => page.evaluate(() => navigator.clipboard.readText());

test('paragraphs with marks; the one of the address in view', async () => {
    const { page, close } = await openPage(browser);
    await page.goto(`${server.origin}/a/lamp/03?q=${QUERY}#p2`);
    await page.getByRole('heading', { level: 1, name: '白沙灯塔完成第4次检修' }).waitFor();
    assert.deepEqual(await page.locator('#article mark').allInnerTexts(), ['灯塔', '灯塔', '灯塔']);
    await page.locator('.para.here#p2').waitFor();
    assert.match(await page.title(), /白沙灯塔完成第4次检修/);
    await checkLook(page, 'article');
    await close();
});

test('next and previous match by key, round and round, from the paragraph of the address', async () => {
    const { page, close } = await openPage(browser);
    await openAtRest(page, `${server.origin}/a/lamp/03?q=${QUERY}#p2`);
    await page.getByText('3 处匹配').waitFor();
    const current = () => page.locator('mark.current').evaluate((m) => m.closest('.para')?.id ?? 'title');
    await page.keyboard.press('n');
    assert.equal(await current(), 'p2');
    await page.getByText('第 3 / 3 处').first().waitFor();
    await page.keyboard.press('n');
    assert.equal(await current(), 'title');
    await page.keyboard.press('p');
    await page.keyboard.press('p');
    assert.equal(await current(), 'p1');
    await page.getByRole('button', { name: /下一处/ }).click();
    assert.equal(await current(), 'p2');
    assert.match(await page.locator('#told').innerText(), /第 3 \/ 3 处/);
    await page.clock.resume();
    await checkLook(page, 'article-walking');
    await close();
});

test('the lines as they were printed stand beside the paragraphs, with the marks', async () => {
    const { page, close } = await openPage(browser);
    await page.goto(`${server.origin}/a/shidu-sensors?q=${encodeURIComponent('能感知百分之一克')}`);
    await page.locator('#article mark').first().waitFor();
    await page.keyboard.press('v');
    const pane = page.getByRole('complementary', { name: '原文版式' });
    const hits = pane.locator('.hit-line');
    await hits.first().waitFor();
    assert.deepEqual(await hits.allInnerTexts(), ['的压力传感器，能感', '知百分之一克的重量']);
    assert.deepEqual(await hits.locator('mark').allInnerTexts(), ['能感', '知百分之一克']);
    assert.equal(await hits.first().getAttribute('value'), '4');
    const button = page.getByRole('button', { name: '对照原文' });
    assert.equal(await button.getAttribute('aria-pressed'), 'true');
    await checkLook(page, 'article-printed');
    await page.keyboard.press('v');
    assert.equal(await pane.count(), 0);
    await close();
});

test('quotations carry paper, date, page, paragraph and a link; links lead to paragraphs', async () => {
    const { page, close } = await openPage(browser, CLIPBOARD);
    await openAtRest(page, `${server.origin}/a/lamp/03?q=${QUERY}`);
    await page.locator('#p2').hover();
    await page.getByRole('button', { name: '复制第 2 段引文' }).click();
    await page.getByText('已复制').waitFor();
    assert.equal(
        await clipboard(page),
        '“据介绍，白沙灯塔建成已有23年，塔高三十一米，灯光射程十八海里，夜间为过往船只指引航向。”' +
            `——《云川日报》2018年4月4日第4版《白沙灯塔完成第4次检修》第2段\n${server.origin}/a/lamp/03#p2`,
    );
    await page.locator('#p3 .text').evaluate((p) => {
        const text = /** @type {Text} */ (p.firstChild);
        window.getSelection()?.setBaseAndExtent(text, 6, text, 10);
    });
    await page.getByRole('button', { name: '复制引文', exact: true }).click();
    assert.match(await clipboard(page), /^“浓雾天里”——《云川日报》.*第3段\n.*#p3$/);
    await page.getByRole('link', { name: '第 3 段的链接' }).click();
    await page.getByRole('button', { name: '复制链接' }).click();
    assert.equal(await clipboard(page), `${server.origin}/a/lamp/03#p3`);
    const other = await openPage(browser);
    await other.page.goto(await clipboard(page));
    await other.page.locator('#p3.here').waitFor();
    await other.close();
    await close();
});

test('an article that is not there, and a server that fails', async () => {
    const { page } = await openPage(browser);
    await page.goto(`${server.origin}/a/no/such`);
    await page.getByRole('alert').filter({ hasText: '没有这篇文章' }).waitFor();
    await checkLook(page, 'article-missing');
    between.rules.fail = (url) => (url.startsWith('/v1/') ? -1 : 0);
    await page.goto(`${between.origin}/a/lamp/03`);
    await page.getByRole('alert').filter({ hasText: '无法连接' }).waitFor();
    await checkLook(page, 'article-failure');
    between.rules.fail = () => 0;
    await page.getByRole('button', { name: '重试' }).click();
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.context().close();
});

test('on a phone nothing is wider than the screen; on paper only the article is left', async () => {
    const { page, close } = await openPage(browser, { viewport: { width: 360, height: 740 } });
    await page.goto(`${server.origin}/a/shidu-sensors?q=${encodeURIComponent('压力传感器')}`);
    await page.locator('#article .para').first().waitFor();
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0);
    await checkLook(page, 'article-phone');
    await page.emulateMedia({ media: 'print' });
    assert.equal(await page.locator('.tools').isVisible(), false);
    assert.equal(await page.locator('#article').isVisible(), true);
    await shoot(page, 'article-print');
    await close();
});
