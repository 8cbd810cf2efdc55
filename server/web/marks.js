/*
 * marks.js - texts with what was found marked. Offsets are code points, as the server counts.
 */
import { html } from './html.js';

/** @typedef {[number, number]} Range */

/**
 * @param {string[]} chars  code points
 * @param {Range[]} ranges  in order, apart
 * @param {number} from
 * @param {number} to
 */
function pieces(chars, ranges, from, to) {
    const out = [];
    let at = from;
    for (const [start, end] of ranges) {
        const first = Math.max(start, at);
        const last = Math.min(end, to);
        if (first >= last) {
            continue;
        }
        out.push(chars.slice(at, first).join(''));
        out.push(html`<mark part="mark">${chars.slice(first, last).join('')}</mark>`);
        at = last;
    }
    out.push(chars.slice(at, to).join(''));
    return out;
}

/**
 * The whole text.
 *
 * @param {string} text
 * @param {Range[]} ranges
 */
export function marked(text, ranges) {
    const chars = Array.from(text);
    return html`${pieces(chars, ranges, 0, chars.length)}`;
}

/** How far back a sentence's begin is looked for, as a share of the excerpt. */
const LEAD = 0.4;

/**
 * About size characters around the first mark, from the begin of a sentence if one is near.
 *
 * @param {string} text
 * @param {Range[]} ranges
 * @param {number} size  in characters
 */
export function excerpt(text, ranges, size) {
    const chars = Array.from(text);
    const first = ranges.length ? ranges[0][0] : 0;
    const lead = Math.floor(size * LEAD);
    let from = 0;
    if (chars.length > size && first > lead) {
        from = Math.min(first - lead, chars.length - size);
        for (let i = first; i > first - lead && i > 0; i--) {
            if (/[。！？；!?;]/.test(chars[i - 1])) {
                from = i;
                break;
            }
        }
    }
    const to = Math.min(chars.length, from + size);
    return html`${from > 0 ? '…' : ''}${pieces(chars, ranges, from, to)}${to < chars.length ? '…' : ''}`;
}
