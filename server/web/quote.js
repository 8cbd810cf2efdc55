/*
 * quote.js - quotations with their source, and copying.
 */
import { formatDate, textsOf } from './texts.js';
import { pageTextsOf } from './texts_page.js';

/** @typedef {import('./texts.js').Language} Language */

/**
 * A quotation as it may stand in a text: words, paper, date, page, title, paragraph, address.
 *
 * @param {Language} language
 * @param {string} words
 * @param {import('./api.js').Facts} facts
 * @param {number} paragraph  0 for none
 * @param {string} url
 */
export function citation(language, words, facts, paragraph, url) {
    const t = textsOf(language);
    const plain = (/** @type {string} */ s) => (language === 'en' ? s : s.replace(/ /g, ''));
    const page = facts.page && plain(t.page(facts.page.replace(/^0+(?=\d)/, '')));
    const where = paragraph > 0 ? plain(t.paragraph(paragraph)) : '';
    const date = formatDate(language, facts.date);
    const text = words.replace(/\s*\n\s*/g, '\n').trim();
    return `${pageTextsOf(language).cite(text, facts.source, date, page, facts.title, where)}\n${url}`;
}

/**
 * @param {string} text
 * @returns {Promise<boolean>} whether it is on the clipboard
 */
export async function copy(text) {
    try {
        await navigator.clipboard.writeText(text);
        return true;
    } catch {
        return copyTheOldWay(text); // Without TLS there is no clipboard object.
    }
}

/** @param {string} text */
function copyTheOldWay(text) {
    const area = document.createElement('textarea');
    const before = /** @type {HTMLElement | null} */ (document.activeElement);
    area.value = text;
    area.className = 'offscreen';
    area.setAttribute('aria-hidden', 'true');
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    before?.focus({ preventScroll: true });
    return done;
}
