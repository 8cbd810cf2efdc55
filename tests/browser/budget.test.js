/* What the pages weigh and ask for, and that nothing moves while they come. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { archive } from './articles.js';
import { between, browser, server, stage } from './stage.js';
import { note, noteShifts, openPage } from './support.js';

/** All of a page but the answers, as it is sent. */
const MOST_BYTES = 60 * 1024;

stage({ articles: archive() });

const SEARCH = `/?q=${encodeURIComponent('灯塔')}`;
const PAGES = [
    '/',
    SEARCH,
    `${SEARCH}&from=2019&source=${encodeURIComponent('云川日报')}`,
    '/a/lamp/03?q=x#p2',
];

test('each page is under 60 KB and asks nobody else', async () => {
    const lines = [];
    for (const path of PAGES) {
        const { page, close } = await openPage(browser);
        /** @type {Map<string, number>} */
        const sizes = new Map();
        /** @type {Promise<unknown>[]} */
        const measured = [];
        page.on('requestfinished', (request) => {
            measured.push(request.sizes().then((s) => sizes.set(request.url(), s.responseBodySize)));
        });
        await page.goto(server.origin + path, { waitUntil: 'networkidle' });
        await Promise.all(measured);
        const files = [...sizes].filter(([url]) => !url.includes('/v1/'));
        const total = files.reduce((sum, [, size]) => sum + size, 0);
        lines.push(
            `${path} ${total}`,
            ...files.map(([url, size]) => `    ${size} ${url.slice(server.origin.length)}`),
        );
        assert.ok(total > 1000 && total < MOST_BYTES, `${path}: ${total} bytes`);
        assert.deepEqual(
            [...sizes.keys()].filter((url) => !url.startsWith(server.origin)),
            [],
        );
        await close();
    }
    note('weights.txt', lines.join('\n') + '\n');
});

test('nothing moves while a page comes, from a slow server too', async () => {
    const later = () => new Promise((done) => setTimeout(done, 300));
    between.rules.hold = (url) => (url.startsWith('/v1/') || url.endsWith('.js') ? later() : undefined);
    for (const path of PAGES) {
        for (const origin of [server.origin, between.origin]) {
            for (const width of [390, 1200]) {
                const { page, close } = await openPage(browser, { viewport: { width, height: 800 } });
                await noteShifts(page);
                await page.goto(origin + path, { waitUntil: 'networkidle' });
                const shifts = await page.evaluate(() => /** @type {any} */ (window).shifts);
                assert.deepEqual(shifts, [], `${path} at ${width} px`);
                await close();
            }
        }
    }
});

test('the icon is one, scripts and styles come with their types, compressed and revalidated', async () => {
    for (const [path, type] of [
        ['/favicon.ico', 'image/x-icon'],
        ['/jianwen-search.js', 'text/javascript; charset=utf-8'],
        ['/web/page.js', 'text/javascript; charset=utf-8'],
        ['/web/reader.js', 'text/javascript; charset=utf-8'],
        ['/web/style.css', 'text/css; charset=utf-8'],
        ['/a/any/thing', 'text/html; charset=utf-8'],
    ]) {
        const response = await fetch(server.origin + path, { headers: { 'Accept-Encoding': 'gzip' } });
        assert.equal(response.status, 200);
        assert.equal(response.headers.get('content-type'), type);
        assert.equal(response.headers.get('content-encoding'), 'gzip');
        const again = await fetch(server.origin + path, {
            headers: { 'If-None-Match': response.headers.get('etag') ?? '' },
        });
        assert.equal(again.status, 304);
    }
    const icon = new Uint8Array(await (await fetch(`${server.origin}/favicon.ico`)).arrayBuffer());
    assert.deepEqual([...icon.slice(0, 4)], [0, 0, 1, 0]);
});
