/*
 * api.js - asking the server: one request, its answer or why there is none.
 */

/** @typedef {import('./marks.js').Range} Range */
/** @typedef {{value: number, relation: 'eq' | 'gte' | 'approx'}} Total */
/** @typedef {{line: number | null, joined: boolean, n?: number, text?: string, ranges?: Range[]}} Doubt */
/** @typedef {{n: number, role: string, text: string, ranges: Range[], line_start: number, line_end: number, doubts?: Doubt[]}} Paragraph */
/** @typedef {{id: string, title: string, date: string, source: string, section: string, page: string, author: string, url: string}} Facts */
/** @typedef {Facts & {title_ranges: Range[], match: 'exact' | 'all' | 'partial', paragraphs: Paragraph[], also_in?: Facts[], copies?: number}} Hit */
/** @typedef {{value: string, count: number}} Count */
/** @typedef {{query: string, took_ms: number, partial: boolean, total: Total, tiers: Record<string, Total>, hits: Hit[], facets: Record<string, Count[]>, notes: string[], next: string | null}} SearchAnswer */
/** @typedef {Facts & {title_ranges: Range[], paragraphs: Paragraph[]}} ArticleAnswer */
/** @typedef {'network' | 'timeout' | 'busy' | 'denied' | 'missing' | 'unready' | 'noIndex' | 'otherIndex' | 'badIndex' | 'refused' | 'server'} FailureKind */

/** Longer than the server lets any search take. */
const PATIENCE_MS = 15000;

export class Failure extends Error {
    /**
     * @param {FailureKind} kind
     * @param {string} [detail]  what the server said of it
     * @param {string} [parameter]  which one was at fault
     */
    constructor(kind, detail = '', parameter = '') {
        super(detail || kind);
        this.kind = kind;
        this.detail = detail;
        this.parameter = parameter;
    }
}

/** What does not go away by asking again: who runs the service has to do something. */
const INDEX_PROBLEMS = /** @type {[string, FailureKind][]} */ ([
    [':index-missing', 'noIndex'],
    [':index-mismatch', 'otherIndex'],
    [':index-damaged', 'badIndex'],
]);

/**
 * @param {number} status
 * @param {string} type  of the problem
 * @returns {FailureKind}
 */
function kindOf(status, type) {
    if (status === 429 || type.endsWith(':overloaded') || type.endsWith(':stopping')) {
        return 'busy';
    }
    if (status === 401 || status === 403) {
        return 'denied';
    }
    if (status === 404) {
        return 'missing';
    }
    if (status === 503) {
        return INDEX_PROBLEMS.find(([end]) => type.endsWith(end))?.[1] ?? 'unready';
    }
    return status < 500 ? 'refused' : 'server';
}

/**
 * @param {Response} response
 * @returns {Promise<Failure>}
 */
async function failureOf(response) {
    let problem = { type: '', detail: '', parameter: '' };
    try {
        problem = { ...problem, ...(await response.json()) };
    } catch {
        // Not from our server, or cut off: the status has to do.
    }
    return new Failure(kindOf(response.status, problem.type), problem.detail, problem.parameter);
}

/**
 * GET an address and read the JSON that comes.
 *
 * @param {string} url
 * @param {{signal?: AbortSignal, token?: string}} [options]
 * @returns {Promise<any>}
 * @throws {Failure}; an AbortError when signal was used
 */
export async function ask(url, { signal, token } = {}) {
    const control = new AbortController();
    const abort = () => control.abort();
    let late = false;
    const timer = setTimeout(() => {
        late = true;
        abort();
    }, PATIENCE_MS);
    signal?.addEventListener('abort', abort);
    if (signal?.aborted) {
        abort();
    }
    try {
        const response = await fetch(url, {
            signal: control.signal,
            credentials: 'omit',
            headers: token ? { Authorization: `Bearer ${token}` } : {},
        });
        if (!response.ok) {
            throw await failureOf(response);
        }
        return await response.json();
    } catch (error) {
        if (error instanceof Failure || signal?.aborted) {
            throw error;
        }
        throw new Failure(late ? 'timeout' : 'network');
    } finally {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
    }
}

/**
 * The address of an article's page, at a paragraph and with the query marked.
 *
 * @param {string} base  the server, without a slash at the end
 * @param {string} id
 * @param {string} [query]
 * @param {number} [paragraph]
 */
export function articleUrl(base, id, query = '', paragraph = 0) {
    const path = id.split('/').map(encodeURIComponent).join('/');
    const search = query ? `?q=${encodeURIComponent(query)}` : '';
    return `${base}/a/${path}${search}${paragraph > 0 ? `#p${paragraph}` : ''}`;
}
