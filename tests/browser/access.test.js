/* A server that asks for tokens: the box sends its own, the pages ask their readers. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { archive } from './articles.js';
import { browser, server, site, stage } from './stage.js';
import { box, checkLook, openPage } from './support.js';

const TOKEN = 'a token for the tests of the pages';

/** @param {string} token */
const sitePage = (token) =>
    `<!doctype html><html lang="zh-Hans"><title>站点</title><main><h1>站点</h1>` +
    `<script src="${server.origin}/jianwen-search.js" async></script>` +
    `<jianwen-search token="${token}"></jianwen-search></main></html>`;

stage({
    articles: archive(),
    pages: () => ({ '/': sitePage(TOKEN), '/wrong': sitePage('wrong') }),
    settings: (folder) => {
        const tokens = join(folder, 'tokens');
        const hash = createHash('sha256').update(TOKEN).digest('hex');
        writeFileSync(tokens, `reader search ${hash}\n`, { mode: 0o600 });
        return {
            JIANWEN_READ_ACCESS: 'token',
            JIANWEN_TOKENS: tokens,
            JIANWEN_CORS_ORIGINS: site.origin,
        };
    },
});

/** Refusals are in the console, and are meant to be. @param {string[]} complaints */
const others = (complaints) => complaints.filter((c) => !/status of 401/.test(c));

test('a box with a token finds; one with a wrong token says why not', async () => {
    const { page, complaints } = await openPage(browser);
    await page.goto(site.origin);
    await box(page).fill('灯塔');
    await page.getByRole('group', { name: '文章' }).getByRole('option').first().waitFor();
    await page.goto(`${site.origin}/wrong`);
    await box(page).fill('灯塔');
    await page.locator('jianwen-search .message').filter({ hasText: '没有检索权限' }).waitFor();
    await checkLook(page, 'widget-denied');
    assert.deepEqual(others(complaints), []);
    await page.context().close();
});

test('the pages ask for the token, and keep it for their box and the next page', async () => {
    const { page, complaints } = await openPage(browser);
    await page.goto(`${server.origin}/?q=${encodeURIComponent('灯塔')}`);
    await page.getByRole('alert').filter({ hasText: '没有检索权限' }).waitFor();
    await checkLook(page, 'page-token');
    await page.getByLabel('访问令牌').fill(TOKEN);
    await page.keyboard.press('Enter');
    await page.locator('.hit').first().waitFor();
    await box(page).fill('渡轮');
    await page.getByRole('group', { name: '文章' }).getByRole('option').first().click();
    await page.locator('#article .para').first().waitFor();
    assert.ok(!page.url().includes(encodeURIComponent(TOKEN)));
    assert.deepEqual(others(complaints), []);
    await page.context().close();

    const reader = await openPage(browser);
    await reader.page.goto(`${server.origin}/a/lamp/03`);
    await reader.page.getByLabel('访问令牌').fill(TOKEN);
    await reader.page.keyboard.press('Enter');
    await reader.page.getByRole('heading', { name: '白沙灯塔完成第4次检修' }).waitFor();
    await reader.page.context().close();
});
