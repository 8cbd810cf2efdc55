/*
 * shell.js - what the search page and an article's page share: head and foot, language,
 * appearance, single-key commands.
 */
import { html, render } from './html.js';
import { ask } from './api.js';
import { languageOf, textsOf } from './texts.js';
import { pageTextsOf } from './texts_page.js';

/** @typedef {import('./texts.js').Language} Language */

const LANGUAGES = /** @type {[Language, string][]} */ ([
    ['zh-Hans', '简体'],
    ['zh-Hant', '繁體'],
    ['en', 'English'],
]);

/** @param {string} name @returns {string} */
function setting(name) {
    try {
        return localStorage.getItem(`jianwen:${name}`) ?? '';
    } catch {
        return '';
    }
}

/** @param {string} name @param {string} value */
function keepSetting(name, value) {
    try {
        localStorage.setItem(`jianwen:${name}`, value);
    } catch {
        // It holds for this page then.
    }
}

/** @type {Language} */
let language = languageOf(setting('language') || navigator.language);

export function currentLanguage() {
    return language;
}

export function pageTexts() {
    return pageTextsOf(language);
}

/** @param {string} selector @returns {HTMLElement} */
export function one(selector) {
    return /** @type {HTMLElement} */ (document.querySelector(selector));
}

// ---- access ----

const TOKEN = 'jianwen:token';

/** The reader's token, if the server wants one; forgotten with the tab. */
function token() {
    try {
        return sessionStorage.getItem(TOKEN) ?? '';
    } catch {
        return '';
    }
}

/** @param {string} value */
export function keepToken(value) {
    try {
        sessionStorage.setItem(TOKEN, value);
    } catch {
        // The box has it at least.
    }
    one('jianwen-search').setAttribute('token', value);
}

/**
 * ask() with the reader's token.
 *
 * @param {string} url
 * @param {AbortSignal} [signal]
 */
export function askServer(url, signal) {
    return ask(url, { signal, token: token() });
}

/**
 * Why there is nothing to see, and what can be done: ask again, or with a token. The page
 * listens to #retry and to the form #token.
 *
 * @param {import('./api.js').Failure} failure
 * @param {string} text
 */
export function failureView(failure, text) {
    const t = pageTexts();
    const retry = textsOf(language).retry;
    return html`<div class="failure">
        <p role="alert">${text}</p>
        ${failure.kind === 'refused' && html`<p class="facts" lang="en">${failure.detail}</p>`}
        ${
            failure.kind === 'denied'
                ? html`<form id="token" class="token">
                      <label
                          ><span>${t.token}</span>
                          <input type="password" name="token" autocomplete="off" required
                      /></label>
                      <button>${retry}</button>
                  </form>`
                : html`<button type="button" id="retry">${retry}</button>`
        }
    </div>`;
}

/** @param {string} theme  auto, light or dark */
function setTheme(theme) {
    const fixed = theme === 'light' || theme === 'dark' ? theme : 'auto';
    document.documentElement.dataset.theme = fixed;
    one('jianwen-search').setAttribute('theme', fixed);
}

/** @param {string} value @param {string} label @param {string} chosen */
function option(value, label, chosen) {
    return value === chosen
        ? html`<option value="${value}" selected>${label}</option>`
        : html`<option value="${value}">${label}</option>`;
}

/**
 * A labelled list to choose from.
 *
 * @param {string} id
 * @param {string} label
 * @param {[string, string][]} options
 * @param {string} chosen
 */
export function choice(id, label, options, chosen) {
    return html`<label class="choice"
        ><span>${label}</span>
        <select id="${id}" data-key="${id}">
            ${options.map(([v, l]) => option(v, l, chosen))}
        </select></label
    >`;
}

function writeShell() {
    const t = pageTexts();
    document.documentElement.lang = language;
    one('jianwen-search').lang = language;
    one('.skip').textContent = t.skip;
    one('.name').textContent = t.name;
    one('.motto').textContent = t.motto;
    const themes = /** @type {[string, string][]} */ (Object.entries(t.themes));
    render(
        one('#settings'),
        html`${choice('language', t.language, LANGUAGES, language)}
            ${choice('theme', t.theme, themes, document.documentElement.dataset.theme ?? 'auto')}
            <button type="button" id="keys">${t.keys}</button>`,
    );
}

// ---- single keys ----

/**
 * What single keys do. They can be switched off, since speech input types them by accident.
 *
 * @param {Record<string, () => void>} commands  by key
 * @param {() => string[][]} list  what the help says: key, meaning
 */
function listenForKeys(commands, list) {
    let on = setting('keys') !== 'off';
    const help = /** @type {HTMLDialogElement} */ (one('#help'));
    const showHelp = () => {
        const t = pageTexts();
        render(
            help,
            html`<h2 id="help-title">${t.keysTitle}</h2>
                <dl>
                    ${list().map(
                        ([key, meaning]) =>
                            html`<dt>${key.split(' ').map((k) => html`<kbd>${k}</kbd> `)}</dt>
                                <dd>${meaning}</dd>`,
                    )}
                </dl>
                <p>
                    <label><input type="checkbox" id="keys-on" /> ${t.keysOn}</label>
                </p>
                <form method="dialog"><button>${t.close}</button></form>`,
        );
        const box = /** @type {HTMLInputElement} */ (help.querySelector('#keys-on'));
        box.checked = on;
        box.addEventListener('change', () => {
            on = box.checked;
            keepSetting('keys', on ? 'on' : 'off');
        });
        help.showModal();
    };
    document.addEventListener('click', (event) => {
        if (/** @type {Element} */ (event.target).closest('#keys')) {
            showHelp();
        }
    });
    const all = {
        '?': showHelp,
        '/': () => one('jianwen-search').focus(),
        ...commands,
    };
    document.addEventListener('keydown', (event) => {
        const busy = /** @type {Element} */ (event.target).closest(
            'jianwen-search, input, select, textarea, dialog',
        );
        const modified = event.ctrlKey || event.metaKey || event.altKey || event.isComposing;
        const command = all[/** @type {'?'} */ (event.key)];
        if (on && command && !busy && !modified) {
            event.preventDefault();
            command();
        }
    });
}

/**
 * Set up head and foot.
 *
 * @param {object} page
 * @param {Record<string, () => void>} page.commands  single keys
 * @param {() => string[][]} page.help  their list
 * @param {() => void} page.redraw  the language has changed
 */
export function startShell({ commands, help, redraw }) {
    setTheme(setting('theme'));
    keepToken(token());
    writeShell();
    listenForKeys(commands, help);
    one('#settings').addEventListener('change', (event) => {
        const { id, value } = /** @type {HTMLSelectElement} */ (event.target);
        keepSetting(id, value);
        if (id === 'theme') {
            setTheme(value);
        } else {
            language = languageOf(value);
            writeShell();
            one('#language').focus();
            redraw();
        }
    });
}
