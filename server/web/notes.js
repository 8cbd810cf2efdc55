/*
 * notes.js - the server's notes in the reader's language. They come as "code: sentence" in
 * English; one that is not known here is shown as it came.
 */
import { html } from './html.js';
import { formatTotal } from './texts.js';
import { currentLanguage, pageTexts } from './shell.js';
import { changed, hrefOf, valueOf, withoutFilters } from './state.js';

/** @typedef {import('./state.js').State} State */

/** @typedef {keyof import('./texts_page.js').PageTexts['notes']} NoteName */

const KNOWN = /** @type {[RegExp, NoteName][]} */ ([
    [/^missing: nothing in the index holds "(.*)" \(of "/s, 'missing'],
    [/^literal: date:(.*) is no date/s, 'date'],
    [/^literal: (.*) has nothing to work on/s, 'lonely'],
    [/^literal: the (brackets) do not pair/, 'brackets'],
    [/^literal: a (quotation mark) without its partner/, 'quotation'],
    [/^literal: a (closing bracket) without its partner/, 'closing'],
    [/^ignored: an (operator) with nothing beside/, 'operator'],
    [/^limit: only the first (\d+) parts/, 'limit'],
    [/^no_hits: nothing is written so in this (script)/, 'script'],
    [/^no_hits: each (word) occurs, but nowhere together/, 'apart'],
    [/^nothing_to_search: the (query) has no letter/, 'nothing'],
]);

const NEAREST = /^nearest: "(.*)"( without the filters)? has (about )?(\d+) hits/s;

/** @param {string} note @param {State} state */
function translated(note, state) {
    const t = pageTexts();
    const near = NEAREST.exec(note);
    if (near) {
        const [, q, bare, about, n] = near;
        const total = formatTotal(
            currentLanguage(),
            { value: Number(n), relation: about ? 'approx' : 'eq' },
            valueOf(state, 'unit'),
        );
        const to = changed(bare ? withoutFilters(state) : state, { q, match: '' });
        return html`<li>
            ${bare ? t.notes.nearestBare(total) : t.notes.nearest(total)}<a href="${hrefOf(to)}" data-nav
                >${q}</a
            >
        </li>`;
    }
    for (const [pattern, name] of KNOWN) {
        const found = pattern.exec(note);
        if (found) {
            return html`<li>${t.notes[name](found[1])}</li>`;
        }
    }
    return html`<li lang="en">${note.replace(/^[a-z_]+: /, '')}</li>`;
}

/** @param {string[]} notes @param {State} state */
export function noteList(notes, state) {
    return (
        notes.length > 0 &&
        html`<ul class="notes" aria-label="${pageTexts().notesTitle}">
            ${notes.map((note) => translated(note, state))}
        </ul>`
    );
}
