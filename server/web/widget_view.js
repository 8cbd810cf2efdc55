/*
 * widget_view.js - what the search box shows: its frame, and its panel for a state.
 */
import { html } from './html.js';
import { excerpt, marked } from './marks.js';
import { formatFacts, formatTotal, textsOf } from './texts.js';

/** @typedef {import('./texts.js').Language} Language */
/** @typedef {import('./api.js').Hit} Hit */

/**
 * One line of the panel that can be chosen.
 *
 * @typedef {{kind: 'query', text: string} | {kind: 'hit', hit: Hit} | {kind: 'all'}} Option
 */

/**
 * @typedef {object} Shown
 * @property {string} query  what suggestions and hits are of
 * @property {string[]} recent
 * @property {string[]} suggestions
 * @property {Hit[]} hits
 * @property {import('./api.js').Total | null} total  null: not asked
 * @property {import('./api.js').FailureKind | null} failure
 */

/** Characters of a paragraph that stand under a title. */
const EXCERPT_CHARS = 64;

export function frame() {
    return html`<div class="box" part="box">
            <input
                id="input"
                part="input"
                type="search"
                role="combobox"
                aria-autocomplete="list"
                aria-expanded="false"
                aria-haspopup="listbox"
                aria-controls="list"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                enterkeyhint="search"
                maxlength="1000"
            />
            <button class="go" part="button" type="button">
                <svg viewBox="0 0 24 24" aria-hidden="true">
                    <circle cx="10" cy="10" r="6.5" />
                    <path d="M15 15l6 6" />
                </svg>
            </button>
        </div>
        <div class="panel" part="panel" hidden>
            <div class="message" part="message" hidden></div>
            <div id="list" role="listbox"></div>
            <div class="foot" part="foot" hidden>
                <button type="button" class="clear"></button>
            </div>
        </div>
        <div class="status" role="status"></div>`;
}

/** @param {Shown} shown @returns {Option[]} in the order of the panel */
export function optionsOf(shown) {
    const queries = [...shown.recent, ...shown.suggestions];
    return [
        ...queries.map((text) => /** @type {Option} */ ({ kind: 'query', text })),
        ...shown.hits.map((hit) => /** @type {Option} */ ({ kind: 'hit', hit })),
        ...(shown.hits.length ? [/** @type {Option} */ ({ kind: 'all' })] : []),
    ];
}

/** @param {Hit} hit @param {Language} language */
function hitLines(hit, language) {
    const best = hit.paragraphs.find((p) => p.n > 0) ?? hit.paragraphs[0];
    const title = hit.title ? marked(hit.title, hit.title_ranges) : textsOf(language).untitled;
    return html`<div class="title" part="title">${title}</div>
        <div class="facts" part="facts">${formatFacts(language, hit).join(' · ')}</div>
        ${best && html`<div class="text" part="text">${excerpt(best.text, best.ranges, EXCERPT_CHARS)}</div>`}`;
}

/**
 * @param {string} name
 * @param {string} label
 * @param {import('./html.js').Html[]} options
 */
function group(name, label, options) {
    return (
        options.length > 0 &&
        html`<div role="group" aria-labelledby="${name}">
            <div class="group" part="group" id="${name}" role="presentation">${label}</div>
            ${options}
        </div>`
    );
}

/** @param {Shown} shown @param {Language} language */
export function list(shown, language) {
    const t = textsOf(language);
    let n = 0;
    /** @param {unknown} content @param {string} kind */
    const option = (content, kind) =>
        html`<div
            role="option"
            part="option"
            class="${kind}"
            id="o${n}"
            data-n="${n++}"
            aria-selected="false"
        >
            ${content}
        </div>`;
    const recent = shown.recent.map((q) => option(q, 'query'));
    const suggestions = shown.suggestions.map((q) => option(q, 'query'));
    const hits = shown.hits.map((hit) => option(hitLines(hit, language), 'hit'));
    const all =
        shown.hits.length > 0 && shown.total && option(t.all(formatTotal(language, shown.total)), 'all');
    return html`${group('g-recent', t.recent, recent)} ${group('g-suggestions', t.suggestions, suggestions)}
    ${group('g-hits', t.articles, hits)} ${all}`;
}

/**
 * What stands above the list when there is something to say; null when not.
 *
 * @param {Shown} shown
 * @param {Language} language
 */
export function message(shown, language) {
    const t = textsOf(language);
    if (shown.failure) {
        return html`${t.failures[shown.failure]}<button type="button" class="retry">${t.retry}</button>`;
    }
    return shown.total && shown.hits.length === 0 ? html`${t.nothing}` : null;
}

/**
 * What a screen reader is told.
 *
 * @param {Shown} shown
 * @param {Language} language
 */
export function announcement(shown, language) {
    const t = textsOf(language);
    if (shown.failure) {
        return t.failures[shown.failure];
    }
    if (!shown.total) {
        return '';
    }
    return shown.hits.length ? t.found(formatTotal(language, shown.total)) : t.nothing;
}
