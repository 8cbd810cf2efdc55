/*
 * state.js - the state of the search page is its address: the parameters of /v1/search under
 * their own names, so that every state is a link.
 */

/** @typedef {Record<string, string>} State  parameters that are not at their defaults */

/** Values that go without saying. */
const DEFAULTS = /** @type {Record<string, string>} */ ({
    q: '',
    sort: 'relevance',
    match: 'auto',
    unit: 'article',
    script: 'folded',
    dedupe: '1',
    from: '',
    to: '',
    source: '',
    section: '',
    author: '',
    page: '',
    limit: '10',
    offset: '0',
});

/** Parameters that leave articles out. */
export const FILTERS = ['source', 'section', 'author', 'page', 'from', 'to'];

/** @param {string} search  what stands behind the address, "?q=…"  @returns {State} */
export function readState(search) {
    const given = new URLSearchParams(search);
    /** @type {State} */
    const state = {};
    for (const [name, usual] of Object.entries(DEFAULTS)) {
        const value = (given.get(name) ?? '').trim();
        if (value !== '' && value !== usual) {
            state[name] = value;
        }
    }
    return state;
}

/** @param {State} state @param {string} name */
export function valueOf(state, name) {
    return state[name] ?? DEFAULTS[name];
}

/** @param {State} state  @returns {string} its link */
export function hrefOf(state) {
    const kept = readState(String(new URLSearchParams(state)));
    const search = String(new URLSearchParams(kept));
    return search ? `/?${search}` : '/';
}

/**
 * Another state: some values changed, and back at the first page unless told otherwise.
 *
 * @param {State} state
 * @param {State} changes
 * @returns {State}
 */
export function changed(state, changes) {
    return { ...state, offset: '0', ...changes };
}

/** @param {State} state  @returns {State} */
export function withoutFilters(state) {
    return changed(state, Object.fromEntries(FILTERS.map((name) => [name, ''])));
}

/**
 * The question to the server.
 *
 * @param {State} state
 * @param {State} [more]
 */
export function searchUrl(state, more = {}) {
    const asked = { ...state, dedupe: valueOf(state, 'dedupe'), ...more };
    return `/v1/search?${new URLSearchParams(asked)}`;
}

/**
 * The question for the bars: the same without dates and pages.
 *
 * @param {State} state
 */
export function timelineUrl(state) {
    const { from: _from, to: _to, offset: _offset, ...rest } = state;
    return searchUrl(rest, { limit: '0', facets: 'month' });
}

/** @param {State} state  how many hits a page has */
export function pageSize(state) {
    const n = Number(valueOf(state, 'limit'));
    return Number.isInteger(n) && n >= 1 && n <= 1000 ? n : 10;
}

/** @param {State} state */
export function offsetOf(state) {
    const n = Number(valueOf(state, 'offset'));
    return Number.isInteger(n) && n > 0 ? n : 0;
}
