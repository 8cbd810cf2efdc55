/*
 * widget.js - <jianwen-search>, a search box for any page; docs/embedding.md has its attributes,
 * events and styles.
 *
 * As the reader types, suggestions and the first hits of the query are asked for. Nothing is
 * asked while an input method composes, and the Enter that ends a composition submits nothing;
 * Safari sends that Enter after compositionend, with key code 229. Each question cancels the one
 * before, so what is shown is always of the last.
 */
import { render } from './html.js';
import { languageOf, textsOf } from './texts.js';
import { articleUrl, ask, Failure } from './api.js';
import { forgetSearches, keepSearch, recentSearches } from './recent.js';
import { WIDGET_STYLE } from './widget_style.js';
import { announcement, frame, list, message, optionsOf } from './widget_view.js';

/** @typedef {import('./widget_view.js').Shown} Shown */

/** Silence after the last key before a question is asked. */
const DEBOUNCE_MS = 120;
/** An answer that takes longer is announced. */
const SLOW_MS = 500;
const HITS = 5;
const SUGGESTIONS = 5;
/** What browsers say of a key that an input method has taken. */
const KEY_CODE_COMPOSING = 229;

const script = document.currentScript;
/** The server that this script came from. */
const HOME = script instanceof HTMLScriptElement && script.src ? new URL(script.src).origin : '';

const style = new CSSStyleSheet();
style.replaceSync(WIDGET_STYLE);

/** @type {Shown} */
const NOTHING = {
    query: '',
    recent: [],
    suggestions: [],
    hits: [],
    total: null,
    failure: null,
};

class JianwenSearch extends HTMLElement {
    static formAssociated = true;
    static observedAttributes = ['lang', 'placeholder', 'value'];

    #internals = this.attachInternals();
    #root = this.attachShadow({ mode: 'open', delegatesFocus: true });
    #language = languageOf('zh');
    #composing = false;
    #ready = false;
    #timer = 0;
    /** @type {AbortController | null} */
    #asking = null;
    #shown = NOTHING;
    /** The option that arrow keys are on; -1 is the input itself. */
    #active = -1;

    constructor() {
        super();
        this.#root.adoptedStyleSheets = [style];
        render(this.#root, frame());
        this.#listen();
    }

    /** @returns {HTMLInputElement} */
    get #input() {
        return /** @type {HTMLInputElement} */ (this.#root.getElementById('input'));
    }

    /** @param {string} selector @returns {HTMLElement} */
    #part(selector) {
        return /** @type {HTMLElement} */ (this.#root.querySelector(selector));
    }

    /** What stands in the box. */
    get value() {
        return this.#input.value;
    }

    set value(text) {
        this.#input.value = text;
        this.#internals.setFormValue(text);
    }

    get form() {
        return this.#internals.form;
    }

    get name() {
        return this.getAttribute('name') ?? '';
    }

    connectedCallback() {
        const fallback = /** @type {HTMLInputElement | null} */ (this.querySelector('input'));
        if (!this.#ready) {
            this.#ready = true;
            this.value = this.getAttribute('value') ?? fallback?.value ?? '';
            if (fallback && fallback === document.activeElement) {
                this.#input.focus();
            }
        }
        this.#relabel();
    }

    disconnectedCallback() {
        this.#stopAsking();
        this.#close();
    }

    /** @param {string} name @param {string | null} _old @param {string | null} value */
    attributeChangedCallback(name, _old, value) {
        if (name === 'value') {
            this.value = value ?? '';
        } else if (this.#ready) {
            this.#relabel();
        }
    }

    formResetCallback() {
        this.value = this.getAttribute('value') ?? '';
    }

    #relabel() {
        const tagged = /** @type {HTMLElement | null} */ (this.closest('[lang]'));
        this.#language = languageOf(tagged?.lang || navigator.language);
        const t = textsOf(this.#language);
        const label = this.getAttribute('placeholder') ?? t.placeholder;
        this.#part('.box').lang = this.#language;
        this.#part('.panel').lang = this.#language;
        this.#input.placeholder = label;
        this.#input.setAttribute('aria-label', label);
        this.#part('.go').setAttribute('aria-label', t.search);
        this.#part('#list').setAttribute('aria-label', t.list);
        this.#part('.clear').textContent = t.clear;
        this.#show(this.#shown);
    }

    #listen() {
        const input = this.#input;
        const panel = this.#part('.panel');
        input.addEventListener('compositionstart', () => {
            this.#composing = true;
            this.#stopAsking();
        });
        input.addEventListener('compositionend', () => {
            this.#composing = false;
            this.#changed();
        });
        input.addEventListener('input', () => this.#changed());
        input.addEventListener('keydown', (event) => this.#key(event));
        input.addEventListener('click', () => this.#open());
        this.#part('.go').addEventListener('click', () => this.#submit(this.value));
        // The box keeps the focus while the list is clicked.
        this.#part('#list').addEventListener('pointerdown', (event) => event.preventDefault());
        this.#part('#list').addEventListener('mousedown', (event) => event.preventDefault());
        panel.addEventListener('click', (event) => this.#clicked(event));
        this.#root.addEventListener('focusout', (event) => {
            const to = /** @type {FocusEvent} */ (event).relatedTarget;
            if (!(to instanceof Node && this.#root.contains(to))) {
                this.#close();
            }
        });
    }

    // ---- asking ----

    #changed() {
        this.#internals.setFormValue(this.value);
        if (this.#composing) {
            return;
        }
        this.#stopAsking();
        this.#activate(-1);
        const query = this.value.trim();
        if (query === '') {
            this.#show({ ...NOTHING, recent: recentSearches() });
            this.#open();
        } else {
            this.#timer = window.setTimeout(() => this.#ask(query), DEBOUNCE_MS);
        }
    }

    #stopAsking() {
        window.clearTimeout(this.#timer);
        this.#asking?.abort();
        this.#asking = null;
        this.#part('.box').classList.remove('waiting');
    }

    get #base() {
        return (this.getAttribute('endpoint') ?? HOME).replace(/\/+$/, '');
    }

    /** @param {string} query */
    async #ask(query) {
        this.#stopAsking();
        const asking = new AbortController();
        this.#asking = asking;
        const slow = window.setTimeout(() => {
            this.#part('.box').classList.add('waiting');
            this.#say(textsOf(this.#language).waiting);
        }, SLOW_MS);
        const [found, suggested] = await Promise.allSettled([this.#hits(query), this.#suggestions(query)]);
        window.clearTimeout(slow);
        if (this.#asking !== asking) {
            return; // Another question was asked meanwhile.
        }
        this.#stopAsking();
        let suggestions = suggested.status === 'fulfilled' ? suggested.value : [];
        if (found.status === 'fulfilled') {
            const titles = found.value.hits.map((hit) => hit.title);
            suggestions = suggestions.filter((text) => !titles.includes(text));
            this.#show({
                ...NOTHING,
                query,
                suggestions,
                hits: found.value.hits,
                total: found.value.total,
            });
        } else {
            const failure = found.reason instanceof Failure ? found.reason.kind : 'server';
            this.#show({ ...NOTHING, query, suggestions, failure });
        }
        this.#open();
    }

    /** @param {string} path @returns {Promise<any>} */
    #get(path) {
        const token = this.getAttribute('token') ?? '';
        return ask(this.#base + path, { signal: this.#asking?.signal, token });
    }

    /** @param {string} query @returns {Promise<import('./api.js').SearchAnswer>} */
    #hits(query) {
        const wanted = Number(this.getAttribute('limit') ?? HITS);
        const limit = Number.isInteger(wanted) && wanted > 0 && wanted <= 50 ? wanted : HITS;
        return this.#get(`/v1/search?${this.#parameters(query)}&limit=${limit}`);
    }

    /** @param {string} query @returns {Promise<string[]>} */
    async #suggestions(query) {
        const answer = await this.#get(`/v1/suggest?q=${encodeURIComponent(query)}`);
        const texts = answer.suggestions.map((/** @type {{text: string}} */ s) => s.text);
        return texts.filter((/** @type {string} */ s) => s !== query).slice(0, SUGGESTIONS);
    }

    /** @param {string} query */
    #parameters(query) {
        const parameters = new URLSearchParams({ q: query });
        const source = this.getAttribute('source');
        if (source) {
            parameters.set('source', source);
        }
        return parameters.toString();
    }

    // ---- showing ----

    /** @param {Shown} shown */
    #show(shown) {
        this.#shown = shown;
        this.#active = -1;
        this.#input.removeAttribute('aria-activedescendant');
        render(this.#part('#list'), list(shown, this.#language));
        const said = message(shown, this.#language);
        const box = this.#part('.message');
        box.hidden = said === null;
        if (said) {
            render(box, said);
        }
        this.#part('#list').hidden = optionsOf(shown).length === 0;
        this.#part('.foot').hidden = shown.recent.length === 0;
        this.#say(announcement(shown, this.#language));
    }

    /** @param {string} text */
    #say(text) {
        this.#part('.status').textContent = text;
    }

    get #isOpen() {
        return !this.#part('.panel').hidden;
    }

    /** Show the panel if there is anything in it. */
    #open() {
        if (this.value.trim() === '' && this.#shown.recent.length === 0) {
            this.#show({ ...NOTHING, recent: recentSearches() });
        }
        const shown = this.#shown;
        const empty = optionsOf(shown).length === 0 && message(shown, this.#language) === null;
        const focused = this.#root.activeElement !== null;
        this.#part('.panel').hidden = empty || !focused;
        this.#input.setAttribute('aria-expanded', String(this.#isOpen && optionsOf(shown).length > 0));
    }

    #close() {
        this.#activate(-1);
        this.#part('.panel').hidden = true;
        this.#input.setAttribute('aria-expanded', 'false');
    }

    /** @param {number} n  of the option; -1 for none */
    #activate(n) {
        this.#root.getElementById(`o${this.#active}`)?.setAttribute('aria-selected', 'false');
        this.#active = n;
        const option = this.#root.getElementById(`o${n}`);
        if (option) {
            option.setAttribute('aria-selected', 'true');
            option.scrollIntoView({ block: 'nearest' });
            this.#input.setAttribute('aria-activedescendant', option.id);
        } else {
            this.#input.removeAttribute('aria-activedescendant');
        }
    }

    // ---- keys and clicks ----

    /** @param {KeyboardEvent} event */
    #key(event) {
        if (this.#composing || event.isComposing || event.keyCode === KEY_CODE_COMPOSING) {
            return;
        }
        if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
            event.preventDefault();
            this.#arrow(event.key === 'ArrowDown' ? 1 : -1, event.altKey);
        } else if (event.key === 'Enter') {
            event.preventDefault();
            this.#choose(this.#isOpen ? this.#active : -1, event.ctrlKey || event.metaKey);
        } else if (event.key === 'Escape') {
            event.preventDefault();
            if (this.#isOpen) {
                this.#close();
            } else if (this.value) {
                this.value = '';
                this.#stopAsking();
                this.#show(NOTHING);
            }
        }
    }

    /** @param {1 | -1} step @param {boolean} alt  open or close only */
    #arrow(step, alt) {
        const wasOpen = this.#isOpen;
        if (alt && step < 0) {
            this.#close();
            return;
        }
        if (!wasOpen) {
            this.#open();
        }
        const n = optionsOf(this.#shown).length;
        if (!alt && this.#isOpen && n) {
            // The input itself is one stop of the circle.
            this.#activate(((this.#active + 1 + step + n + 1) % (n + 1)) - 1);
        }
    }

    /** @param {MouseEvent} event */
    #clicked(event) {
        const target = /** @type {Element} */ (event.target);
        const option = /** @type {HTMLElement | null} */ (target.closest('[role="option"]'));
        if (option) {
            this.#choose(Number(option.dataset.n), event.ctrlKey || event.metaKey);
        } else if (target.closest('.retry')) {
            this.#input.focus();
            this.#ask(this.value.trim());
        } else if (target.closest('.clear')) {
            forgetSearches();
            this.#input.focus();
            this.#show(NOTHING);
            this.#close();
        }
    }

    /** @param {number} n @param {boolean} apart  in a new tab */
    #choose(n, apart) {
        const option = optionsOf(this.#shown)[n];
        if (option?.kind === 'hit') {
            this.#openHit(option.hit, apart);
        } else if (option?.kind === 'query') {
            this.value = option.text;
            this.#submit(option.text);
        } else {
            this.#submit(this.value);
        }
    }

    /**
     * Tell the page; do what is usual unless it does something else.
     *
     * @param {string} type
     * @param {object} detail
     */
    #tell(type, detail) {
        return this.dispatchEvent(
            new CustomEvent(type, {
                detail,
                bubbles: true,
                composed: true,
                cancelable: true,
            }),
        );
    }

    /** @param {string} text */
    #submit(text) {
        const query = text.trim();
        if (query === '') {
            this.#input.focus();
            return;
        }
        keepSearch(query);
        this.#stopAsking();
        this.#close();
        const url = `${this.#base}/?${this.#parameters(query)}`;
        if (!this.#tell('jianwen-search', { query, url })) {
            return;
        }
        if (this.#internals.form) {
            this.#internals.form.requestSubmit();
        } else {
            window.location.assign(url);
        }
    }

    /** @param {import('./api.js').Hit} hit @param {boolean} apart */
    #openHit(hit, apart) {
        const query = this.#shown.query;
        const paragraph = hit.paragraphs.find((p) => p.n > 0)?.n ?? 0;
        const url = articleUrl(this.#base, hit.id, query, paragraph);
        keepSearch(query);
        if (!apart) {
            this.#close();
        }
        const { id, title } = hit;
        if (!this.#tell('jianwen-open', { id, title, paragraph, query, url })) {
            return;
        }
        if (apart) {
            window.open(url, '_blank', 'noopener');
        } else {
            window.location.assign(url);
        }
    }
}

if (!customElements.get('jianwen-search')) {
    customElements.define('jianwen-search', JianwenSearch);
}
