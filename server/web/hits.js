/*
 * hits.js - the list of results: tiers with dividers, pages, notes, and advice when there is
 * nothing.
 */
import { html, safeUrl } from './html.js';
import { articleUrl } from './api.js';
import { excerpt, marked } from './marks.js';
import { formatFacts, formatNumber, formatTotal, textsOf } from './texts.js';
import { noteList } from './notes.js';
import { currentLanguage, pageTexts } from './shell.js';
import { changed, FILTERS, hrefOf, offsetOf, pageSize, valueOf, withoutFilters } from './state.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./api.js').SearchAnswer} SearchAnswer */
/** @typedef {import('./api.js').Hit} Hit */

/** Characters of a paragraph in the list; a paragraph that is the hit itself is shown whole. */
const EXCERPT_CHARS = 140;
/** The server lists hits up to here. */
const LAST_OFFSET = 10000;

/** @param {Hit} hit @param {State} state */
function paragraphs(hit, state) {
    const t = textsOf(currentLanguage());
    const whole = valueOf(state, 'unit') === 'paragraph';
    const shown = hit.paragraphs.filter((p) => p.n > 0);
    return shown.map((p) => {
        const text = whole ? marked(p.text, p.ranges) : excerpt(p.text, p.ranges, EXCERPT_CHARS);
        const label = t.paragraph(p.n);
        return html`<p class="found">
                <a
                    class="anchor"
                    href="${articleUrl('', hit.id, state.q, p.n)}"
                    aria-label="${label}"
                    title="${label}"
                    >${p.n}</a
                >${text}
            </p>
            ${(p.doubts ?? []).map(doubtLine)}`;
    });
}

/** Where the hit depends on how lines were put together. @param {import('./api.js').Doubt} doubt */
function doubtLine(doubt) {
    const t = pageTexts();
    return html`<p class="doubt">
        ${doubt.joined ? t.doubtJoined : html`${t.doubtBroken}${marked(doubt.text ?? '', doubt.ranges ?? [])}`}
    </p>`;
}

/** @param {Hit} hit @param {State} state */
function reprints(hit, state) {
    const others = hit.also_in ?? [];
    const language = currentLanguage();
    return (
        others.length > 0 &&
        html`<details class="reprints">
            <summary>${pageTexts().reprints(hit.copies ?? others.length)}</summary>
            <ul>
                ${others.map(
                    (o) =>
                        html`<li>
                            <a href="${articleUrl('', o.id, state.q)}"
                                >${formatFacts(language, o).join(' · ') || o.id}</a
                            >
                            ${o.title !== hit.title && o.title}
                        </li>`,
                )}
            </ul>
        </details>`
    );
}

/** @param {Hit} hit @param {State} state */
function oneHit(hit, state) {
    const language = currentLanguage();
    const best = hit.paragraphs.find((p) => p.n > 0)?.n ?? 0;
    const facts = [...formatFacts(language, hit), hit.section, hit.author].filter(Boolean);
    const title = hit.title ? marked(hit.title, hit.title_ranges) : textsOf(language).untitled;
    const url = safeUrl(hit.url);
    return html`<li>
        <article class="hit">
            <h3>
                <a class="open" href="${articleUrl('', hit.id, state.q, best)}">${title}</a>
            </h3>
            <p class="facts">
                ${facts.join(' · ')}
                ${url && html`<a class="original" href="${url}" rel="noopener">${pageTexts().original}</a>`}
            </p>
            ${paragraphs(hit, state)} ${reprints(hit, state)}
        </article>
    </li>`;
}

/**
 * Hits under the headings of their tiers, which follow each other in any order of sorting.
 *
 * @param {SearchAnswer} answer
 * @param {State} state
 */
function tiers(answer, state) {
    const t = pageTexts();
    const language = currentLanguage();
    const order = /** @type {('exact' | 'all' | 'partial')[]} */ (['exact', 'all', 'partial']);
    return order.map((tier) => {
        const hits = answer.hits.filter((hit) => hit.match === tier);
        return (
            hits.length > 0 &&
            html`<section class="tier" aria-labelledby="tier-${tier}">
                <h2 id="tier-${tier}" class="divider">
                    <span>${t.tiers[tier]}</span>
                    <span class="count"
                        >${formatTotal(language, answer.tiers[tier], valueOf(state, 'unit'))} ·
                        ${t.tierHelp[tier]}</span
                    >
                </h2>
                <ol class="hits">
                    ${hits.map((hit) => oneHit(hit, state))}
                </ol>
            </section>`
        );
    });
}

/** @param {State} state */
function advice(state) {
    const t = pageTexts();
    const q = state.q ?? '';
    const bare = q.replace(/["“”「」『』＂]/g, ' ').trim();
    /** @param {State} to @param {string} text */
    const link = (to, text) => html`<li><a href="${hrefOf(to)}" data-nav>${text}</a></li>`;
    return html`<h2>${t.adviceTitle}</h2>
        <ul class="advice">
            ${FILTERS.some((name) => state[name]) && link(withoutFilters(state), t.advice.filters)}
            ${bare !== q && bare && link(changed(state, { q: bare }), t.advice.quotes)}
            ${valueOf(state, 'match') !== 'any' && link(changed(state, { match: 'any' }), t.advice.any)}
            <li>${t.advice.shorter}</li>
            <li>${t.advice.spelling}</li>
        </ul>`;
}

/** @param {SearchAnswer} answer @param {State} state */
function pager(answer, state) {
    const t = pageTexts();
    const language = currentLanguage();
    const size = pageSize(state);
    const offset = offsetOf(state);
    const page = Math.floor(offset / size) + 1;
    const pages = Math.ceil(answer.total.value / size);
    const number = formatNumber(language, page);
    const exact = answer.total.relation === 'eq' && pages >= page;
    const previous = changed(state, {
        offset: String(Math.max(0, offset - size)),
    });
    const next = changed(state, { offset: String(offset + size) });
    const goesOn = answer.next !== null && offset + size <= LAST_OFFSET;
    if (page === 1 && !goesOn) {
        return html``;
    }
    return html`<nav class="pager" aria-label="${t.pageN(number)}">
        ${page > 1 && html`<a id="previous" rel="prev" href="${hrefOf(previous)}" data-nav>← ${t.previous}</a>`}
        <span>${exact ? t.pageOf(number, formatNumber(language, pages)) : t.pageN(number)}</span>
        ${goesOn && html`<a id="next" rel="next" href="${hrefOf(next)}" data-nav>${t.next} →</a>`}
        ${!goesOn && answer.total.value > offset + size && html`<span class="facts">${t.lastReachable}</span>`}
    </nav>`;
}

/**
 * @param {SearchAnswer} answer
 * @param {State} state
 */
export function results(answer, state) {
    const t = pageTexts();
    const partial = answer.partial && html`<p class="warning">${t.partialAnswer}</p>`;
    if (answer.hits.length === 0) {
        return html`${partial}
            <div class="zero">
                <p class="zero-title">${t.zero(state.q ?? '')}</p>
                ${noteList(answer.notes, state)} ${advice(state)}
            </div>
            ${pager(answer, state)}`;
    }
    return html`${partial} ${noteList(answer.notes, state)} ${tiers(answer, state)} ${pager(answer, state)}`;
}

/** The line above the results. @param {SearchAnswer} answer @param {State} state */
export function summary(answer, state) {
    const language = currentLanguage();
    const total = formatTotal(language, answer.total, valueOf(state, 'unit'));
    return `${textsOf(language).found(total)} · ${pageTexts().took(answer.took_ms.toFixed(answer.took_ms < 10 ? 1 : 0))}`;
}
