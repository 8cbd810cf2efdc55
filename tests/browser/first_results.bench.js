/*
 * first_results.bench.js - how long it takes from the last key until first results are painted.
 *
 *   cmake --preset release && cmake --build --preset release
 *   JW_SERVER=build/release/server/jianwen-server JW_INDEXER=build/release/indexer/jianwen-indexer \
 *       node tests/browser/first_results.bench.js [QUERIES]
 *
 * Keys are pressed in Chromium on an index of 12,000 articles. The time is taken in the page:
 * from the input event of the last key to the frame after the one in which the list holds hits of
 * this query. The box waits 120 ms for another key; what goes beyond that is asked, answered and
 * painted. Beside it, in the same run, the time of a question that the page asks itself (fetch,
 * read JSON), which is no part of the box.
 */
import { archive, many } from './articles.js';
import { box, makeIndex, openPage, startBrowser, startServer } from './support.js';

const DEBOUNCE_MS = 120;
const queries = Number(process.argv[2] ?? 40);
const WORDS = [
    '灯塔',
    '渡轮',
    '航标',
    '风筝节',
    '备用电源',
    '镜片',
    '检修',
    '值守人员',
    '时刻表',
    '浓雾天里',
];

/** @param {number[]} times @param {number} share */
const quantile = (times, share) => [...times].sort((a, b) => a - b)[Math.floor((times.length - 1) * share)];

const server = await startServer(makeIndex([...archive(), ...many(12000)]), { JIANWEN_CACHE: '0' });
const browser = await startBrowser();
const { page, close } = await openPage(browser);
await page.goto(server.origin);

await page.evaluate(() => {
    const bench = /** @type {any} */ (window);
    const element = /** @type {any} */ (document.querySelector('jianwen-search'));
    const root = /** @type {ShadowRoot} */ (element.shadowRoot);
    const list = /** @type {Element} */ (root.getElementById('list'));
    root.addEventListener('input', () => (bench.typed = performance.now()));
    new MutationObserver(() => {
        const all = list.querySelector('.all');
        if (all && bench.waiting) {
            bench.waiting = false;
            requestAnimationFrame(() => setTimeout(() => bench.done(performance.now() - bench.typed)));
        }
    }).observe(list, { childList: true });
    bench.next = () =>
        new Promise((done) => {
            bench.waiting = true;
            bench.done = done;
        });
});

/** @type {number[]} */
const shown = [];
/** @type {number[]} */
const asked = [];
for (let i = 0; i < queries; i++) {
    const word = WORDS[i % WORDS.length];
    await box(page).fill('');
    await page.waitForTimeout(150);
    const painted = page.evaluate(() => /** @type {any} */ (window).next());
    await box(page).pressSequentially(word, { delay: 30 });
    shown.push((await painted) - DEBOUNCE_MS);
    asked.push(
        await page.evaluate(async (q) => {
            const start = performance.now();
            await (await fetch(`/v1/search?q=${encodeURIComponent(q)}&limit=5`)).json();
            return performance.now() - start;
        }, word),
    );
}
await close();
await browser.close();
await server.close();

const line = (/** @type {string} */ name, /** @type {number[]} */ times) =>
    `${name}: median ${quantile(times, 0.5).toFixed(1)} ms, p95 ${quantile(times, 0.95).toFixed(1)} ms`;
console.log(line(`first results painted, beyond the ${DEBOUNCE_MS} ms of the box`, shown));
console.log(line('a bare question of the page', asked));
console.log(
    `ratio of the medians: ${(quantile(shown, 0.5) / quantile(asked, 0.5)).toFixed(1)} (${queries} queries)`,
);
