/*
 * filters.js - what narrows a search: facets, dates, options. All are links or forms with the
 * new state in them.
 */
import { html } from './html.js';
import { formatNumber } from './texts.js';
import { choice, currentLanguage, pageTexts } from './shell.js';
import { changed, FILTERS, hrefOf, valueOf, withoutFilters } from './state.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./api.js').Count} Count */

/** Values that are shown before "more" is asked for. */
const SHORT = 8;

/** @param {string} name  of a filter */
function labelOf(name) {
    const t = pageTexts();
    const labels = /** @type {Record<string, string>} */ ({
        source: t.source,
        section: t.section,
        author: t.author,
        page: t.pageFilter,
        from: t.from,
        to: t.to,
    });
    return labels[name];
}

/** The filters that are set, each with a link that removes it. @param {State} state */
export function chips(state) {
    const t = pageTexts();
    const set = FILTERS.filter((name) => state[name]);
    if (set.length === 0) {
        return html``;
    }
    return html`<ul class="chips" aria-label="${t.filters}">
        ${set.map((name) => {
            const text = `${labelOf(name)} ${state[name]}`;
            return html`<li>
                <a
                    href="${hrefOf(changed(state, { [name]: '' }))}"
                    data-nav
                    data-key="chip-${name}"
                    aria-label="${t.remove(text)}"
                    >${text} <span aria-hidden="true">×</span></a
                >
            </li>`;
        })}
        ${set.length > 1 && html`<li><a class="plain" href="${hrefOf(withoutFilters(state))}" data-nav>${t.clearFilters}</a></li>`}
    </ul>`;
}

/** @param {State} state @param {string} name @param {Count[]} counts */
function facet(state, name, counts) {
    /** @param {Count} c */
    const item = (c) => {
        const on = state[name] === c.value;
        return html`<li>
            <a
                href="${hrefOf(changed(state, { [name]: on ? '' : c.value }))}"
                data-nav
                data-key="${name}-${c.value}"
                ${on && html`aria-current="true"`}
                ><span>${c.value}</span>
                <span class="count">${formatNumber(currentLanguage(), c.count)}</span></a
            >
        </li>`;
    };
    const more = counts.slice(SHORT);
    return (
        counts.length > 0 &&
        html`<section class="facet">
            <h3>${labelOf(name)}</h3>
            <ul>
                ${counts.slice(0, SHORT).map(item)}
            </ul>
            ${
                more.length > 0 &&
                html`<details>
                    <summary>+${more.length}</summary>
                    <ul>
                        ${more.map(item)}
                    </ul>
                </details>`
            }
        </section>`
    );
}

/** @param {State} state */
function dates(state) {
    const t = pageTexts();
    /** @param {string} name */
    const field = (name) =>
        html`<label
            ><span>${labelOf(name)}</span>
            <input
                name="${name}"
                data-key="date-${name}"
                value="${valueOf(state, name)}"
                inputmode="numeric"
                maxlength="10"
                size="10"
                pattern="[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?"
                title="${t.datesHint}"
                autocomplete="off"
        /></label>`;
    return html`<form id="dates" class="facet">
        <h3>${t.dates}</h3>
        ${field('from')} ${field('to')}
        <button data-key="dates-apply">${t.apply}</button>
    </form>`;
}

/** @param {State} state */
function options(state) {
    const t = pageTexts();
    const pairs = (/** @type {Record<string, string>} */ o) =>
        /** @type {[string, string][]} */ (Object.entries(o));
    /** @param {string} id @param {string} label @param {boolean} on */
    const box = (id, label, on) =>
        html`<label class="check"
            ><input type="checkbox" id="${id}" data-key="${id}" ${on && html`checked`} /> ${label}</label
        >`;
    return html`<section class="facet" id="options">
        <h3>${t.options}</h3>
        ${choice('match', t.match, pairs(t.matches), valueOf(state, 'match'))}
        ${choice('unit', t.unit, pairs(t.units), valueOf(state, 'unit'))}
        ${box('script', t.script, valueOf(state, 'script') === 'exact')}
        ${box('dedupe', t.dedupe, valueOf(state, 'dedupe') === '1')}
    </section>`;
}

/**
 * The column beside the results.
 *
 * @param {State} state
 * @param {Record<string, Count[]>} facets
 */
export function filters(state, facets) {
    return html`${facet(state, 'source', facets.source ?? [])}
    ${facet(state, 'section', facets.section ?? [])} ${dates(state)} ${options(state)}`;
}

/** The list of orders. @param {State} state */
export function sortChoice(state) {
    const t = pageTexts();
    return choice(
        'sort',
        t.sort,
        /** @type {[string, string][]} */ (Object.entries(t.sorts)),
        valueOf(state, 'sort'),
    );
}
