/*
 * page.js - the search page: from its address to a question, from the answer to what is seen.
 */
import { html, render } from './html.js';
import { formatNumber, formatTotal, textsOf } from './texts.js';
import { Failure } from './api.js';
import { askServer, currentLanguage, failureView, keepToken, one, pageTexts, startShell } from './shell.js';
import { changed, hrefOf, offsetOf, pageSize, readState, searchUrl, timelineUrl } from './state.js';
import { Timeline } from './timeline.js';
import { chips, filters, sortChoice } from './filters.js';
import { results, summary } from './hits.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./api.js').SearchAnswer} SearchAnswer */
/** @typedef {import('./api.js').Count} Count */
/**
 * What is shown of a search. cursors: where its pages begin, by offset; they stay true while
 * the index grows. The address has the offset alone, so a link shows that page of the index as
 * it is when it is followed.
 *
 * @typedef {{state: State, answer: SearchAnswer, months: Count[], cursors: Map<number, string>}} Seen
 */

/** Answers that back and forward show at once. */
const KEPT = 20;

/** @type {State} */
let state = {};
/** @type {Seen | null} what is on the screen */
let seen = null;
/** @type {Failure | null} */
let failure = null;
/** @type {AbortController | null} */
let asking = null;
/** @type {Map<string, Seen>} by address, the oldest first */
const kept = new Map();

const box = /** @type {HTMLElement & {value: string}} */ (one('jianwen-search'));
const timeline = new Timeline(one('#timeline'), (span) => go(changed(state, span)));

// ---- asking ----

/** What is shown, if it is of the same search, on any page. @param {State} to */
function seenOfSearch(to) {
    const same = seen && hrefOf(changed(seen.state, {})) === hrefOf(changed(to, {}));
    return same ? seen : null;
}

/**
 * A page of hits, from its cursor if it has one that the server knows.
 *
 * @param {State} to
 * @param {State} more
 * @param {Map<number, string>} cursors  gets that of the next page
 * @param {AbortSignal} signal
 * @returns {Promise<SearchAnswer>}
 */
async function askPage(to, more, cursors, signal) {
    const offset = offsetOf(to);
    const cursor = cursors.get(offset) ?? '';
    try {
        const answer = await askServer(searchUrl(to, cursor ? { ...more, cursor } : more), signal);
        const next = answer.next && new URL(answer.next, location.origin).searchParams.get('cursor');
        if (next) {
            cursors.set(offset + pageSize(to), next);
        }
        return answer;
    } catch (error) {
        if (cursor && error instanceof Failure && error.parameter === 'cursor') {
            cursors.clear();
            return askPage(to, more, cursors, signal);
        }
        throw error;
    }
}

/**
 * @param {State} to
 * @param {AbortSignal} signal
 * @returns {Promise<Seen>}
 */
async function askFor(to, signal) {
    const before = seenOfSearch(to);
    const cursors = before?.cursors ?? new Map();
    const dated = Boolean(to.from || to.to);
    const wanted = dated ? 'source,section' : 'source,section,month';
    /** @type {State} */
    const more = before ? {} : { facets: wanted };
    const [answer, bars] = await Promise.all([
        askPage(to, more, cursors, signal),
        dated && !before ? askServer(timelineUrl(to), signal) : null,
    ]);
    if (answer.total.value === 0) {
        answer.notes = (await askServer(searchUrl(to, { limit: '0', explain: '1' }), signal)).notes;
    }
    if (before) {
        answer.facets = before.answer.facets;
        return { state: to, answer, months: before.months, cursors };
    }
    return { state: to, answer, months: (bars ?? answer).facets.month ?? [], cursors };
}

/** @param {Seen} found */
function keep(found) {
    const key = hrefOf(found.state);
    kept.delete(key);
    kept.set(key, found);
    for (const oldest of kept.keys()) {
        if (kept.size <= KEPT) {
            break;
        }
        kept.delete(oldest);
    }
}

/** Show the state of the address. @param {boolean} back  it was seen before */
async function load(back) {
    asking?.abort();
    asking = null;
    failure = null;
    state = readState(location.search);
    box.value = state.q ?? '';
    drawFrame();
    const known = back ? kept.get(hrefOf(state)) : undefined;
    if (!state.q || known) {
        seen = known ?? null;
        drawAnswer();
        return;
    }
    const control = new AbortController();
    asking = control;
    const to = state;
    busy(true);
    try {
        const found = await askFor(to, control.signal);
        if (asking === control) {
            seen = found;
            keep(found);
        }
    } catch (error) {
        if (asking === control) {
            failure = error instanceof Failure ? error : new Failure('server');
        }
    }
    if (asking === control) {
        asking = null;
        drawAnswer();
    }
}

// ---- drawing ----

/** @param {boolean} on */
function busy(on) {
    one('#results').setAttribute('aria-busy', String(on));
    document.body.classList.toggle('busy', on);
}

function drawHome() {
    const t = pageTexts();
    render(
        one('#results'),
        html`<div class="home">
            <p class="intro">${t.intro}</p>
            <dl class="examples">
                ${t.examples.map(
                    ([q, meaning]) =>
                        html`<dt>
                                <a href="${hrefOf({ q })}" data-nav>${q}</a>
                            </dt>
                            <dd>${meaning}</dd>`,
                )}
            </dl>
            <p class="facts" id="holds"></p>
        </div>`,
    );
}

/** Draw; the focus stays on what has the same key. @param {() => void} drawing */
function keepFocus(drawing) {
    const key = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset.key;
    drawing();
    if (key && document.activeElement?.localName === 'body') {
        one(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
    }
}

/** What the address alone tells, so that nothing moves when the answer comes. */
function drawFrame() {
    const t = pageTexts();
    document.title = state.q ? `${state.q} - ${t.name}` : `${t.name} · ${t.motto}`;
    document.body.classList.toggle('searching', Boolean(state.q));
    one('main').hidden = false;
    one('#results-title').textContent = t.results;
    one('#filters-title').textContent = t.filters;
    keepFocus(() => {
        render(one('#sorting'), sortChoice(state));
        render(one('#chips'), chips(state));
    });
}

/** The column of filters; dates that are being typed stay. @param {Record<string, Count[]>} facets */
function drawFilters(facets) {
    const fields = () =>
        /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll('#dates input'));
    const typed = new Map(
        [...fields()].filter((f) => f.value !== f.defaultValue).map((f) => [f.name, f.value]),
    );
    keepFocus(() => render(one('#filters-inner'), filters(state, facets)));
    for (const field of fields()) {
        field.value = typed.get(field.name) ?? field.value;
    }
}

function drawAnswer() {
    const shown = failure ? null : seen;
    busy(false);
    one('#summary').textContent = shown ? summary(shown.answer, state) : '';
    timeline.show(shown?.months ?? [], { from: state.from ?? '', to: state.to ?? '' });
    drawFilters(shown?.answer.facets ?? {});
    if (failure) {
        render(one('#results'), failureView(failure, textsOf(currentLanguage()).failures[failure.kind]));
    } else if (shown) {
        keepFocus(() => render(one('#results'), results(shown.answer, state)));
    } else {
        drawHome();
        void drawHoldings();
    }
}

/** What the archive holds; left out when the server does not tell. */
async function drawHoldings() {
    try {
        const { index } = await askServer('/v1/stats');
        const language = currentLanguage();
        const a = formatTotal(language, {
            value: index.articles,
            relation: 'eq',
        });
        const p = textsOf(language).paragraphCount(formatNumber(language, index.paragraphs));
        const line = document.getElementById('holds');
        if (line) {
            line.textContent = pageTexts().holds(a, p);
        }
    } catch {
        // The page is whole without it.
    }
}

// ---- moving ----

/** @param {State} to */
function go(to) {
    keepScroll();
    history.pushState(null, '', hrefOf(to));
    const turned = seen !== null && seenOfSearch(readState(location.search)) !== null;
    void load(false).then(() => {
        if (turned) {
            one('#results-title').focus({ preventScroll: true });
            window.scrollTo(0, 0);
        }
    });
}

function keepScroll() {
    history.replaceState({ y: window.scrollY }, '');
}

/** @param {string} id  of a link of the pager */
function turn(id) {
    document.getElementById(id)?.click();
}

/** @param {1 | -1} step */
function moveToHit(step) {
    const links = /** @type {HTMLElement[]} */ ([...document.querySelectorAll('#results .open')]);
    const at = links.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    links[at < 0 ? (step > 0 ? 0 : links.length - 1) : at + step]?.focus();
}

/** @param {HTMLSelectElement | HTMLInputElement} control */
function changeTo(control) {
    const { id, value } = control;
    const checked = control instanceof HTMLInputElement && control.checked;
    if (id === 'script') {
        go(changed(state, { script: checked ? 'exact' : 'folded' }));
    } else if (id === 'dedupe') {
        go(changed(state, { dedupe: checked ? '1' : '0' }));
    } else if (['sort', 'match', 'unit'].includes(id)) {
        go(changed(state, { [id]: value }));
    }
}

function listen() {
    document.addEventListener('click', (event) => {
        const target = /** @type {Element} */ (event.target);
        const link = /** @type {HTMLAnchorElement | null} */ (target.closest('a[data-nav]'));
        const plain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button);
        if (link && plain) {
            event.preventDefault();
            go(readState(link.search));
        } else if (target.closest('#retry')) {
            void load(false);
        }
    });
    one('main').addEventListener('change', (event) => {
        changeTo(/** @type {HTMLSelectElement | HTMLInputElement} */ (event.target));
    });
    one('main').addEventListener('submit', (event) => {
        event.preventDefault();
        const form = /** @type {HTMLFormElement} */ (event.target);
        const data = new FormData(form);
        if (form.id === 'token') {
            keepToken(String(data.get('token')));
            void load(false);
            return;
        }
        go(
            changed(state, {
                from: String(data.get('from')),
                to: String(data.get('to')),
            }),
        );
    });
    box.addEventListener('jianwen-search', (event) => {
        event.preventDefault();
        const { query } = /** @type {CustomEvent} */ (event).detail;
        go(changed(state, { q: query }));
    });
    window.addEventListener('popstate', (event) => {
        void load(true).then(() => window.scrollTo(0, event.state?.y ?? 0));
    });
    window.addEventListener('pagehide', keepScroll);
}

/** @type {HTMLDetailsElement} */ (one('#filters')).open = matchMedia('(min-width: 52rem)').matches;
history.scrollRestoration = 'manual';
const isBack = history.state?.y;
startShell({
    commands: {
        j: () => moveToHit(1),
        k: () => moveToHit(-1),
        n: () => turn('next'),
        p: () => turn('previous'),
    },
    help: () => pageTexts().keysPage,
    redraw: () => {
        drawFrame();
        drawAnswer();
    },
});
listen();
void load(false).then(() => window.scrollTo(0, isBack ?? 0));
