/*
 * support.js - what the browser tests share: an index, a server, a server between that is slow
 * or fails, pages of another origin, a browser that keeps what it should not have said.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('playwright-core').Browser} Browser */

const HERE = fileURLToPath(new URL('.', import.meta.url));
export const SOURCE = fileURLToPath(new URL('../..', import.meta.url));
const SERVER = process.env.JW_SERVER ?? join(SOURCE, 'build/dev/server/jianwen-server');
const INDEXER = process.env.JW_INDEXER ?? join(SOURCE, 'build/dev/indexer/jianwen-indexer');
const CHROMIUM = process.env.JW_CHROMIUM ?? '/usr/bin/chromium';
const ARTEFACTS = process.env.JW_ARTEFACTS ?? join(SOURCE, 'build/dev/tests/browser');
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Time budgets change answers on a slow machine. */
const UNHURRIED = { JIANWEN_QUERY_TIME_MS: '0', JIANWEN_QUEUE_TIME_MS: '600000' };

/** What has not come by now is not coming, on the slowest machine. */
export const PATIENCE_MS = 60000;

/**
 * An index of articles and, if given, of files as they were printed.
 *
 * @param {object[]} articles
 * @param {string} [files]  a folder
 * @returns {string} a folder that the server's close() removes
 */
export function makeIndex(articles, files) {
    const folder = mkdtempSync(join(tmpdir(), 'jw-browser-'));
    if (files) {
        runIndexer(folder, ['build', files]);
    }
    importArticles(folder, articles);
    return folder;
}

/** @param {string} folder  of makeIndex() @param {object[]} articles */
export function importArticles(folder, articles) {
    runIndexer(folder, ['import', '-'], articles.map((a) => JSON.stringify(a)).join('\n'));
}

/** @param {string} folder @param {string[]} args @param {string} [input] */
function runIndexer(folder, args, input = '') {
    const index = join(folder, 'index');
    const done = spawnSync(INDEXER, ['--index', index, ...args], { input, encoding: 'utf8' });
    assert.equal(done.status, 0, done.stderr);
}

/**
 * @param {string} folder  of makeIndex()
 * @param {Record<string, string>} [environment]
 */
export async function startServer(folder, environment = {}) {
    const portFile = join(folder, `port-${Date.now()}`);
    const process_ = spawn(
        SERVER,
        ['--index', join(folder, 'index'), '--listen', '127.0.0.1:0', '--port-file', portFile],
        { env: { ...process.env, ...UNHURRIED, ...environment }, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let log = '';
    process_.stderr.on('data', (data) => (log += data));
    const until = Date.now() + PATIENCE_MS;
    while (!existsSync(portFile) || readFileSync(portFile, 'utf8') === '') {
        assert.ok(Date.now() < until && process_.exitCode === null, `the server did not start: ${log}`);
        await new Promise((done) => setTimeout(done, 10));
    }
    const origin = `http://127.0.0.1:${readFileSync(portFile, 'utf8').trim()}`;
    const close = async () => {
        process_.kill('SIGTERM');
        await new Promise((done) => process_.once('exit', done));
        rmSync(folder, { recursive: true, force: true });
    };
    return { origin, folder, close };
}

/** @param {http.RequestListener} answer */
async function listen(answer) {
    const server = http.createServer(answer);
    await new Promise((done) => server.listen(0, '127.0.0.1', () => done(undefined)));
    const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
    const close = () => {
        server.closeAllConnections();
        return new Promise((done) => server.close(done));
    };
    return { origin: `http://127.0.0.1:${port}`, close };
}

/**
 * A site of somebody else: pages by path, under a strict policy.
 *
 * @param {Record<string, string>} pages
 * @param {(path: string) => string} [policy]  '': none
 */
export async function startSite(pages, policy) {
    const site = await listen((request, response) => {
        const path = new URL(request.url ?? '/', 'http://x').pathname;
        const page = pages[path];
        const type = path.endsWith('.js') ? 'text/javascript' : 'text/html';
        const headers = { 'Content-Type': `${type}; charset=utf-8` };
        if (policy?.(path)) {
            Object.assign(headers, { 'Content-Security-Policy': policy(path) });
        }
        response.writeHead(page !== undefined ? 200 : path === '/favicon.ico' ? 204 : 404, headers);
        response.end(page ?? '');
    });
    return site;
}

/**
 * A server in front of the real one, that can be made slow or bad.
 *
 * @param {string} origin  of the real one
 */
export async function startBetween(origin) {
    /**
     * hold: what must have happened before a question goes on; fail: the answer's status, 0: the
     * real one's, -1: none, hang up; problem: the type of a 503.
     *
     * @type {{hold: (url: string) => Promise<unknown> | undefined, fail: (url: string) => number, problem: string}}
     */
    const rules = { hold: () => undefined, fail: () => 0, problem: 'overloaded' };
    const between = await listen((request, response) => {
        const url = request.url ?? '/';
        const status = rules.fail(url);
        void Promise.resolve(rules.hold(url)).then(() => {
            if (status < 0) {
                request.socket.destroy();
            } else if (status > 0) {
                response.writeHead(status, { 'Content-Type': 'application/problem+json' });
                const type = status === 503 ? rules.problem : 'internal';
                response.end(JSON.stringify({ type: `urn:jianwen:problem:${type}`, status }));
            } else {
                const { host: _, ...headers } = request.headers;
                const asked = http.get(origin + url, { headers, agent: false }, (real) => {
                    response.writeHead(real.statusCode ?? 500, real.headers);
                    real.pipe(response);
                });
                asked.on('error', () => response.destroy());
            }
        });
    });
    return { ...between, rules };
}

/** A gate: what awaits its opened goes on once open() was called. */
export function gate() {
    let open = () => {};
    /** @type {Promise<void>} */
    const opened = new Promise((done) => (open = done));
    return { open, opened };
}

export function startBrowser() {
    return chromium.launch({
        executablePath: CHROMIUM,
        timeout: PATIENCE_MS,
        args: [
            '--headless',
            '--no-sandbox',
            '--disable-gpu',
            '--disable-quic',
            '--no-first-run',
            '--disable-background-networking',
            '--disable-component-update',
            '--disable-sync',
        ],
    });
}

/**
 * A page in a fresh profile that notes complaints (console, exceptions, policy) and requests.
 *
 * @param {Browser} browser
 * @param {import('playwright-core').BrowserContextOptions} [options]
 */
export async function openPage(browser, options = {}) {
    const context = await browser.newContext({
        locale: 'zh-CN',
        viewport: { width: 1200, height: 900 },
        ...options,
    });
    context.setDefaultTimeout(PATIENCE_MS);
    // A page gives a question up after 15 s; looking at it while it waits may take longer.
    await context.addInitScript(() => {
        const timer = /** @type {any} */ (window.setTimeout);
        const patient = (/** @type {any} */ run, /** @type {number} */ ms, /** @type {any[]} */ ...rest) =>
            timer(run, ms >= 15000 ? 1e6 : ms, ...rest);
        window.setTimeout = /** @type {any} */ (patient);
    });
    const page = await context.newPage();
    /** @type {string[]} */
    const complaints = [];
    /** @type {string[]} */
    const requests = [];
    page.on('console', (m) => ['error', 'warning'].includes(m.type()) && complaints.push(m.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('request', (request) => requests.push(request.url()));
    const close = async () => {
        await context.close();
        assert.deepEqual(complaints, []);
    };
    return { page, complaints, requests, close };
}

/**
 * What is shown now has no fault for assistive technology, by axe, in either theme. A picture of
 * each is kept for people to look at.
 *
 * @param {Page} page
 * @param {string} state  what it is
 */
export async function checkLook(page, state) {
    for (const colorScheme of /** @type {('dark' | 'light')[]} */ (['dark', 'light'])) {
        await page.emulateMedia({ colorScheme });
        await page.evaluate(AXE);
        const found = await page.evaluate(async () => {
            const { violations } = await /** @type {any} */ (window).axe.run(document);
            return violations.map(
                (/** @type {any} */ v) =>
                    `${v.id}: ${v.nodes.map((/** @type {any} */ n) => n.html + n.failureSummary).join('; ')}`,
            );
        });
        await shoot(page, `${state}-${colorScheme}`);
        assert.deepEqual(found, [], `${state}, ${colorScheme}`);
    }
}

/** Time stands still in the page until clock.runFor(). @param {Page} page @param {string} url */
export async function openAtRest(page, url) {
    await page.clock.install({ time: 0 });
    await page.clock.pauseAt(60 * 60 * 1000); // later than any machine takes to get here
    await page.goto(url);
}

/** Layout shifts go to window.shifts: how much, of what. @param {Page} page */
export async function noteShifts(page) {
    await page.addInitScript(() => {
        const told = /** @type {any} */ (window);
        told.shifts = [];
        new PerformanceObserver((list) => {
            for (const shift of /** @type {any[]} */ (list.getEntries())) {
                const names = shift.sources.map(
                    (/** @type {any} */ s) => s.node?.outerHTML?.slice(0, 200) ?? s.node?.textContent,
                );
                told.shifts.push([shift.value, names]);
            }
        }).observe({ type: 'layout-shift', buffered: true });
    });
}

/** Keep a picture. @param {Page} page @param {string} name */
export async function shoot(page, name) {
    mkdirSync(ARTEFACTS, { recursive: true });
    await page.screenshot({ path: join(ARTEFACTS, `${name}.png`) });
}

/** @param {Page} page */
export function box(page) {
    return page.locator('jianwen-search').first().locator('input[role="combobox"]');
}

/**
 * Type with an input method: what it shows while it composes, then what it puts in.
 *
 * @param {Page} page
 * @param {string[]} composing
 */
export async function compose(page, composing) {
    const client = await page.context().newCDPSession(page);
    for (const text of composing) {
        const at = text.length;
        await client.send('Input.imeSetComposition', { text, selectionStart: at, selectionEnd: at });
    }
    return async (/** @type {string} */ text) => {
        await client.send('Input.insertText', { text });
        await client.detach();
    };
}

/** @param {string} name of a file of this folder */
export function readHere(name) {
    return readFileSync(join(HERE, name), 'utf8');
}

/** @param {string} name @param {string} text  for a person to read */
export function note(name, text) {
    mkdirSync(ARTEFACTS, { recursive: true });
    writeFileSync(join(ARTEFACTS, name), text);
}
