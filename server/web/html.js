/*
 * html.js - the one place where strings become HTML.
 *
 * html`<b>${text}</b>` escapes every value; only what html`` itself made goes in as it is.
 * render() is the only writer of innerHTML. Where the page's policy asks for trusted types,
 * the policy "jianwen" is made here.
 */

const ESCAPES = /** @type {Record<string, string>} */ ({
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
});

class Markup {
    /** @param {string} text */
    constructor(text) {
        this.text = text;
    }
}

/**
 * @param {unknown} value
 * @returns {string}
 */
function write(value) {
    if (value instanceof Markup) {
        return value.text;
    }
    if (Array.isArray(value)) {
        return value.map(write).join('');
    }
    if (value === null || value === undefined || value === false) {
        return '';
    }
    return String(value).replace(/[&<>"']/g, (c) => ESCAPES[c]);
}

/**
 * Values stand between tags or inside quoted attributes; a list is written item by item;
 * null, undefined and false are nothing.
 *
 * @param {TemplateStringsArray} strings
 * @param {unknown[]} values
 */
export function html(strings, ...values) {
    return new Markup(strings.map((s, i) => s + (i < values.length ? write(values[i]) : '')).join(''));
}

/** @typedef {ReturnType<typeof html>} Html */

/** @typedef {{createHTML(text: string): string}} Policy */

/** @returns {Policy | null} */
function makePolicy() {
    const factory = /** @type {{trustedTypes?: {createPolicy(name: string, rules: Policy): Policy}}} */ (
        globalThis
    ).trustedTypes;
    try {
        return factory ? factory.createPolicy('jianwen', { createHTML: (text) => text }) : null;
    } catch {
        return null; // The page allows no such policy; render() works where none is asked for.
    }
}

const policy = makePolicy();

/**
 * Replace the contents of an element.
 *
 * @param {Element | ShadowRoot} element
 * @param {Html} markup
 */
export function render(element, markup) {
    element.innerHTML = policy ? policy.createHTML(markup.text) : markup.text;
}

/**
 * An address that may stand in href: http and https, or below this host.
 *
 * @param {string} url
 * @returns {string} the address, or '' for any other
 */
export function safeUrl(url) {
    try {
        const parsed = new URL(url, globalThis.location?.href ?? 'http://localhost/');
        return parsed.protocol === 'http:' || parsed.protocol === 'https:' ? url : '';
    } catch {
        return '';
    }
}
