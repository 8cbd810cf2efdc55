/*
 * stage.js - what stands while the tests of a file run: a server with an index, one between
 * that can be made slow or bad, somebody else's site, a browser. stage() sets it up before the
 * first test and takes it down after the last one; the names below hold it in between.
 */
import { after, before } from 'node:test';
import { makeIndex, startBetween, startBrowser, startServer, startSite } from './support.js';

/** @type {import('playwright-core').Browser} */
export let browser;
/** @type {Awaited<ReturnType<typeof startServer>>} */
export let server;
/** @type {Awaited<ReturnType<typeof startBetween>>} */
export let between;
/** @type {Awaited<ReturnType<typeof startSite>>} */
export let site;

/**
 * @param {object} plan
 * @param {object[]} plan.articles
 * @param {string} [plan.files]  a folder of articles as they were printed
 * @param {(folder: string) => Record<string, string>} [plan.settings]  environment of the
 *     server, which may want files in the index's folder; the site stands by then
 * @param {() => Record<string, string>} [plan.pages]  of the site, by path; asked for last
 * @param {(path: string) => string} [plan.policy]  of the site
 */
export function stage({ articles, files, settings, pages, policy }) {
    before(async () => {
        /** @type {Record<string, string>} */
        const served = {};
        site = await startSite(served, policy);
        const folder = makeIndex(articles, files);
        server = await startServer(folder, settings?.(folder));
        Object.assign(served, pages?.());
        between = await startBetween(server.origin);
        browser = await startBrowser();
    });
    after(async () => {
        await browser?.close();
        await between?.close();
        await server?.close();
        await site?.close();
    });
}
