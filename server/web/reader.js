/*
 * reader.js - an article's page: paragraphs with marks and anchors, the printed lines beside
 * them, quotations with their source.
 */
import { html, render, safeUrl } from './html.js';
import { formatFacts, textsOf } from './texts.js';
import { articleUrl, Failure } from './api.js';
import { marked } from './marks.js';
import { askServer, currentLanguage, failureView, keepToken, one, pageTexts, startShell } from './shell.js';
import { citation, copy } from './quote.js';

/** @typedef {import('./api.js').ArticleAnswer} ArticleAnswer */
/** @typedef {import('./api.js').Paragraph} Paragraph */

/** How long "copied" is shown. */
const TOLD_MS = 4000;

const query = (new URLSearchParams(location.search).get('q') ?? '').trim();
const id = idOf(location.pathname);
/** @type {ArticleAnswer | null} */
let article = null;
/** @type {Failure | null} */
let failure = null;
/** Which match the reader is at; -1: none yet. */
let at = -1;
let toldTimer = 0;

/** @param {string} path  /a/… */
function idOf(path) {
    const encoded = path.slice('/a/'.length);
    try {
        return decodeURIComponent(encoded);
    } catch {
        return encoded;
    }
}

/** @param {string} [more]  a further part of the path @param {Record<string, string>} [parameters] */
function apiUrl(more = '', parameters = {}) {
    const search = new URLSearchParams(parameters).toString();
    const path = id.split('/').map(encodeURIComponent).join('/');
    return `/v1/articles/${path}${more}${search && `?${search}`}`;
}

function marks() {
    return /** @type {HTMLElement[]} */ ([...document.querySelectorAll('#article mark')]);
}

// ---- drawing ----

/** @param {Paragraph} p */
function oneParagraph(p) {
    const t = pageTexts();
    const text = marked(p.text, p.ranges);
    const link = html`<a
        class="anchor"
        href="#p${p.n}"
        aria-label="${t.paragraphLink(p.n)}"
        title="${t.paragraphLink(p.n)}"
        >${p.n}</a
    >`;
    const button = html`<button
        type="button"
        class="quote"
        data-n="${p.n}"
        aria-label="${t.quoteOf(p.n)}"
        title="${t.quoteOf(p.n)}"
    >
        ❞
    </button>`;
    if (p.role === 'heading' || p.role === 'title') {
        return html`<div class="para" id="p${p.n}">
            ${link}
            <h2 class="text">${text}</h2>
        </div>`;
    }
    return html`<div class="para ${p.role}" id="p${p.n}">
        ${link}
        <p class="text">${text}</p>
        ${button}
    </div>`;
}

/** @param {ArticleAnswer} a */
function articleBody(a) {
    const language = currentLanguage();
    const facts = [...formatFacts(language, a), a.section, a.author].filter(Boolean);
    const body = a.paragraphs.filter((p) => p.n > 0);
    return html`<header>
            <h1>${a.title ? marked(a.title, a.title_ranges) : textsOf(language).untitled}</h1>
            <p class="facts">${facts.join(' · ')}</p>
        </header>
        ${body.map(oneParagraph)}`;
}

/** @param {ArticleAnswer} a */
function tools(a) {
    const t = pageTexts();
    const n = marks().length;
    const url = safeUrl(a.url);
    const back = query && html`<a class="back" href="/?q=${encodeURIComponent(query)}">← ${t.back}</a>`;
    const walk =
        n > 0 &&
        html`<span class="walk"
            ><button type="button" id="previous-match" aria-keyshortcuts="p">↑ ${t.previousMatch}</button>
            <output id="match-count">${t.matchesCount(at + 1, n)}</output>
            <button type="button" id="next-match" aria-keyshortcuts="n">↓ ${t.nextMatch}</button></span
        >`;
    return html`${back} ${walk}
        <span class="acts">
            <button
                type="button"
                id="show-printed"
                aria-pressed="${String(!one('#printed').hidden)}"
                aria-controls="printed"
            >
                ${t.printed}
            </button>
            <button type="button" id="quote">${t.quote}</button>
            <button type="button" id="share">${t.share}</button>
            <button type="button" id="print">${t.print}</button>
            ${url && html`<a href="${url}" rel="noopener">${t.original}</a>`}
        </span>`;
}

function draw() {
    const t = pageTexts();
    one('main').hidden = false;
    document.title = article ? `${article.title || id} - ${t.name}` : t.name;
    if (failure) {
        const text =
            failure.kind === 'missing' ? t.noArticle : textsOf(currentLanguage()).failures[failure.kind];
        render(
            one('#article'),
            html`<h1 class="offscreen">${id}</h1>
                ${failureView(failure, text)}`,
        );
        render(one('#tools'), html``);
    } else if (article) {
        render(one('#article'), articleBody(article));
        render(one('#tools'), tools(article));
        showPlace(false);
    }
}

/** Bring the paragraph of the address into view. @param {boolean} scroll */
function showPlace(scroll) {
    for (const old of document.querySelectorAll('.para.here')) {
        old.classList.remove('here');
    }
    const place = /^#p\d+$/.test(location.hash) ? document.getElementById(location.hash.slice(1)) : null;
    place?.classList.add('here');
    if (scroll) {
        place?.scrollIntoView({ block: 'center' });
    }
}

async function load() {
    failure = null;
    try {
        article = await askServer(apiUrl('', query ? { q: query } : {}));
    } catch (error) {
        failure = error instanceof Failure ? error : new Failure('server');
    }
    draw();
    showPlace(true);
    if (article) {
        void loadRelated();
    }
}

// ---- matches ----

/** @param {1 | -1} step */
function walk(step) {
    const all = marks();
    if (all.length === 0) {
        return;
    }
    all[at]?.classList.remove('current');
    at = at < 0 ? firstFrom(all, step) : (at + step + all.length) % all.length;
    all[at].classList.add('current');
    all[at].scrollIntoView({ block: 'center' });
    one('#match-count').textContent = pageTexts().matchesCount(at + 1, all.length);
    tell(pageTexts().matchesCount(at + 1, all.length), true);
}

/** The first match of the paragraph in the address, or of all. @param {HTMLElement[]} all @param {1 | -1} step */
function firstFrom(all, step) {
    const here = document.querySelector('.para.here');
    const first = all.findIndex((mark) => here?.contains(mark));
    return first >= 0 ? first : step > 0 ? 0 : all.length - 1;
}

// ---- as printed ----

/** @typedef {{n: number | null, text: string, hit: boolean, ranges: import('./marks.js').Range[]}} Line  n: null when not known */

async function togglePrinted() {
    const pane = one('#printed');
    pane.hidden = !pane.hidden;
    document.body.classList.toggle('beside', !pane.hidden);
    one('#show-printed').setAttribute('aria-pressed', String(!pane.hidden));
    if (pane.hidden || pane.dataset.loaded) {
        return;
    }
    const t = pageTexts();
    try {
        const { lines } = await askServer(apiUrl('', { view: 'printed', ...(query ? { q: query } : {}) }));
        render(
            pane,
            html`<h2 id="printed-title">${t.printedTitle}</h2>
                ${printedLines(lines)}`,
        );
        pane.dataset.loaded = 'yes';
    } catch (error) {
        const kind = error instanceof Failure ? error.kind : 'server';
        const text =
            kind === 'refused' || kind === 'missing'
                ? t.noPrinted
                : textsOf(currentLanguage()).failures[kind];
        render(
            pane,
            html`<h2 id="printed-title">${t.printedTitle}</h2>
                <p role="alert">${text}</p>`,
        );
    }
}

/** @param {Line[]} lines */
function printedLines(lines) {
    if (lines.length === 0) {
        return html`<p>${pageTexts().noPrinted}</p>`;
    }
    /** @param {Line} line */
    const printedLine = (line) => {
        const text = marked(line.text, line.ranges);
        const kind = line.hit ? 'hit-line' : '';
        return line.n === null
            ? html`<li class="${kind} no-number">${text}</li>`
            : html`<li class="${kind}" value="${line.n}">${text}</li>`;
    };
    return html`<ol class="lines" tabindex="0" aria-labelledby="printed-title">
        ${lines.map(printedLine)}
    </ol>`;
}

// ---- quoting ----

/** @param {string} text @param {boolean} [quiet]  for a screen reader only */
function tell(text, quiet = false) {
    const told = one('#told');
    told.textContent = text;
    told.classList.toggle('offscreen', quiet);
    window.clearTimeout(toldTimer);
    toldTimer = window.setTimeout(() => (told.textContent = ''), TOLD_MS);
}

/** @param {string} text */
async function copyAndTell(text) {
    const t = pageTexts();
    tell((await copy(text)) ? t.copied : t.copyFailed);
}

/** @param {number} n  of the paragraph */
function linkTo(n) {
    return location.origin + articleUrl('', id, '', n);
}

/** What is selected in the article, or its first paragraph in view of the address. */
function selected() {
    const selection = window.getSelection();
    const text = selection?.toString().trim() ?? '';
    const from = selection?.anchorNode?.parentElement?.closest('.para');
    if (text && from) {
        return { text, n: Number(from.id.slice(1)) };
    }
    const wanted = Number(/^#p(\d+)$/.exec(location.hash)?.[1] ?? 0);
    const p = article?.paragraphs.find((x) => (wanted ? x.n === wanted : x.n > 0 && x.ranges.length > 0));
    const chosen = p ?? article?.paragraphs.find((x) => x.n > 0);
    return { text: chosen?.text ?? '', n: chosen?.n ?? 0 };
}

/** @param {string} text @param {number} n */
function quote(text, n) {
    if (article) {
        void copyAndTell(citation(currentLanguage(), text, article, n, linkTo(n)));
    }
}

// ---- related ----

async function loadRelated() {
    try {
        /** @type {{related: import('./api.js').Facts[], also_in: import('./api.js').Facts[]}} */
        const { related, also_in } = await askServer(apiUrl('/related'));
        const t = pageTexts();
        const hits = [...also_in, ...related];
        const list = one('#related');
        list.hidden = hits.length === 0;
        render(
            list,
            html`<h2 id="related-title">${t.related}</h2>
                <ul>
                    ${hits.map(
                        (h) =>
                            html`<li>
                                <a href="${articleUrl('', h.id)}">${h.title || h.id}</a>
                                <span class="facts">${formatFacts(currentLanguage(), h).join(' · ')}</span>
                            </li>`,
                    )}
                </ul>`,
        );
    } catch {
        // The article is whole without them.
    }
}

// ---- starting ----

/** @type {Record<string, () => void>} by the button's id */
const ACTS = {
    'next-match': () => walk(1),
    'previous-match': () => walk(-1),
    'show-printed': () => void togglePrinted(),
    quote: () => {
        const { text, n } = selected();
        quote(text, n);
    },
    share: () => void copyAndTell(linkTo(Number(/^#p(\d+)$/.exec(location.hash)?.[1] ?? 0))),
    print: () => window.print(),
    retry: () => void load(),
};

function listen() {
    one('main').addEventListener('click', (event) => {
        const button = /** @type {HTMLElement | null} */ (
            /** @type {Element} */ (event.target).closest('button')
        );
        const n = Number(button?.dataset.n);
        const paragraph = article?.paragraphs.find((p) => p.n === n);
        if (button?.classList.contains('quote') && paragraph) {
            quote(paragraph.text, n);
        } else if (button) {
            ACTS[button.id]?.();
        }
    });
    one('main').addEventListener('submit', (event) => {
        event.preventDefault();
        const data = new FormData(/** @type {HTMLFormElement} */ (event.target));
        keepToken(String(data.get('token')));
        void load();
    });
    window.addEventListener('hashchange', () => {
        at = -1;
        showPlace(true);
    });
}

startShell({
    commands: {
        n: () => walk(1),
        p: () => walk(-1),
        v: () => void togglePrinted(),
    },
    help: () => pageTexts().keysReader,
    redraw: () => {
        draw();
        void loadRelated();
    },
});
/** @type {HTMLElement & {value: string}} */ (one('jianwen-search')).value = query;
listen();
void load();
