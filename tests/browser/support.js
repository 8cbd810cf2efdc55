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

/** A search that has been answered by now is not coming. */
export const PATIENCE_MS = 30000;

/**
 * An index of articles and, if given, of files as they were printed.
 *
 * @param {object[]} articles
 * @param {string} [files]  a folder
 * @returns {string} a folder that the server's close() removes
 */
export function makeIndex(articles, files) {
    const folder = mkdtempSync(join(tmpdir(), 'jw-browser-'));
    const index = join(folder, 'index');
    const run = (/** @type {string[]} */ args, /** @type {string} */ input) => {
        const done = spawnSync(INDEXER, ['--index', index, ...args], { input, encoding: 'utf8' });
        assert.equal(done.status, 0, done.stderr);
    };
    if (files) {
        run(['build', files], '');
    }
    run(['import', '-'], articles.map((a) => JSON.stringify(a)).join('\n'));
    return folder;
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
        { env: { ...process.env, ...environment }, stdio: ['ignore', 'ignore', 'pipe'] },
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
    return { origin, close };
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
    /** @type {{delay: (url: string) => number, fail: (url: string) => number}} status 0: none; -1: hang up */
    const rules = { delay: () => 0, fail: () => 0 };
    const between = await listen((request, response) => {
        const url = request.url ?? '/';
        const status = rules.fail(url);
        setTimeout(() => {
            if (status < 0) {
                request.socket.destroy();
            } else if (status > 0) {
                response.writeHead(status, { 'Content-Type': 'application/problem+json' });
                response.end(JSON.stringify({ type: 'urn:jianwen:problem:overloaded', status }));
            } else {
                const { host: _, ...headers } = request.headers;
                http.get(origin + url, { headers }, (real) => {
                    response.writeHead(real.statusCode ?? 500, real.headers);
                    real.pipe(response);
                });
            }
        }, rules.delay(url));
    });
    return { ...between, rules };
}

export function startBrowser() {
    return chromium.launch({
        executablePath: CHROMIUM,
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

/** Run axe on what is shown now. @param {Page} page @param {string} state  what it is, for the message */
export async function checkAccess(page, state) {
    await page.evaluate(AXE);
    const found = await page.evaluate(async () => {
        const { violations } = await /** @type {any} */ (window).axe.run(document);
        return violations.map(
            (/** @type {any} */ v) =>
                `${v.id}: ${v.nodes.map((/** @type {any} */ n) => n.html + n.failureSummary).join('; ')}`,
        );
    });
    assert.deepEqual(found, [], state);
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

/** Keep a picture for people to look at. @param {Page} page @param {string} name */
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
