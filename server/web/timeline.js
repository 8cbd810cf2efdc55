/*
 * timeline.js - hits by month as bars. Dragging over bars, or arrow keys, choose months.
 */
import { html, render } from './html.js';
import { formatDate, formatTotal } from './texts.js';
import { currentLanguage, pageTexts } from './shell.js';

/** @typedef {import('./api.js').Count} Count */
/** @typedef {{from: string, to: string}} Span  dates as the reader gave them; empty: open */

const HEIGHT = 64;
/** The widest bar: a few months are no wall. */
const WIDEST_BAR = 28;
/** The least that can be seen. */
const LEAST_BAR = 2;
/** Room that a year needs under the bars. */
const YEAR_WIDTH = 44;

/** @param {string} month  YYYY-MM @returns {number} months since year 0 */
function indexOf(month) {
    const [year, m] = month.split('-').map(Number);
    return year * 12 + m - 1;
}

/** @param {number} index */
function monthOf(index) {
    const year = String(Math.floor(index / 12)).padStart(4, '0');
    return `${year}-${String((index % 12) + 1).padStart(2, '0')}`;
}

/**
 * The months that a span of dates covers.
 *
 * @param {Span} span
 * @returns {[number, number]}
 */
function monthsOf({ from, to }) {
    const first = /^\d{4}$/.test(from) ? `${from}-01` : from.slice(0, 7);
    const last = /^\d{4}$/.test(to) ? `${to}-12` : to.slice(0, 7);
    return [from ? indexOf(first) : -Infinity, to ? indexOf(last) : Infinity];
}

export class Timeline {
    /** Months since year 0 of the first bar; counts month by month, without gaps. */
    #first = 0;
    /** @type {number[]} */
    #counts = [];
    /** @type {[number, number]} months that are chosen */
    #chosen = [-Infinity, Infinity];
    /** @type {{anchor: number, cursor: number} | null} while it is being chosen */
    #brush = null;

    /**
     * @param {HTMLElement} element
     * @param {(span: Span) => void} choose  called when the reader has chosen
     */
    constructor(element, choose) {
        this.element = element;
        this.choose = choose;
        new ResizeObserver(() => this.#draw()).observe(element);
    }

    /**
     * @param {Count[]} months  that have hits, in order
     * @param {Span} span
     */
    show(months, span) {
        this.#brush = null;
        this.#chosen = monthsOf(span);
        this.#counts = [];
        if (months.length) {
            this.#first = indexOf(months[0].value);
            const last = indexOf(months[months.length - 1].value);
            this.#counts = new Array(last - this.#first + 1).fill(0);
            for (const { value, count } of months) {
                this.#counts[indexOf(value) - this.#first] = count;
            }
        }
        this.#frame();
        this.#draw();
    }

    #frame() {
        const t = pageTexts();
        if (this.#counts.length === 0) {
            render(this.element, html``);
            return;
        }
        render(
            this.element,
            html`<div class="timeline-head">
                    <h2 id="timeline-title">${t.timeline}</h2>
                    <output></output>
                </div>
                <div
                    class="bars"
                    role="slider"
                    tabindex="0"
                    aria-labelledby="timeline-title"
                    aria-describedby="timeline-hint"
                    aria-valuemin="${this.#first}"
                    aria-valuemax="${this.#first + this.#counts.length - 1}"
                    aria-valuenow="${this.#first}"
                    aria-valuetext="${this.#textOf(0)}"
                ></div>
                <p class="hint" id="timeline-hint">${t.timelineHint}</p>`,
        );
        const bars = this.#bars;
        bars.addEventListener('pointerdown', (event) => this.#down(event));
        bars.addEventListener('pointermove', (event) => this.#move(event));
        bars.addEventListener('pointerup', () => this.#apply());
        bars.addEventListener('pointercancel', () => this.#cancel());
        bars.addEventListener('pointerleave', () => this.#brush || this.#say(''));
        bars.addEventListener('keydown', (event) => this.#key(event));
        bars.addEventListener('blur', () => this.#cancel());
    }

    get #bars() {
        return /** @type {HTMLElement} */ (this.element.querySelector('.bars'));
    }

    /** @param {string} text */
    #say(text) {
        const output = /** @type {HTMLElement} */ (this.element.querySelector('output'));
        output.textContent = text;
    }

    /** @param {number} i  of a bar */
    #textOf(i) {
        const language = currentLanguage();
        const count = formatTotal(language, {
            value: this.#counts[i],
            relation: 'eq',
        });
        return pageTexts().month(formatDate(language, monthOf(this.#first + i)), count);
    }

    /** What is chosen now, as bars. @returns {[number, number]} */
    #span() {
        if (this.#brush) {
            const { anchor, cursor } = this.#brush;
            return [Math.min(anchor, cursor), Math.max(anchor, cursor)];
        }
        return [this.#chosen[0] - this.#first, this.#chosen[1] - this.#first];
    }

    /** Width of a month on the screen. */
    #step() {
        return Math.min(WIDEST_BAR, this.#bars.clientWidth / this.#counts.length);
    }

    #draw() {
        const bars = this.#bars;
        const n = this.#counts.length;
        if (!bars || n === 0) {
            return;
        }
        const width = bars.clientWidth;
        const step = this.#step();
        const gap = step > 4 ? 1 : 0;
        const most = Math.max(...this.#counts);
        const [from, to] = this.#span();
        const columns = this.#counts.map((count, i) => {
            const height = count && Math.max(LEAST_BAR, (count / most) * HEIGHT);
            const kind = i >= from && i <= to ? 'in' : 'out';
            return (
                count > 0 &&
                html`<rect
                    class="${kind}"
                    x="${(i * step).toFixed(2)}"
                    y="${(HEIGHT - height).toFixed(2)}"
                    width="${Math.max(step - gap, 0.75).toFixed(2)}"
                    height="${height.toFixed(2)}"
                />`
            );
        });
        render(
            bars,
            html`<svg width="${width}" height="${HEIGHT + 18}" aria-hidden="true" focusable="false">
                ${this.#brush && this.#shade(from, to, step)} ${columns}
                <line x1="0" x2="${width}" y1="${HEIGHT}" y2="${HEIGHT}" />
                ${this.#years(step)}
            </svg>`,
        );
    }

    /** @param {number} from @param {number} to @param {number} step */
    #shade(from, to, step) {
        return html`<rect
            class="brush"
            x="${from * step}"
            y="0"
            width="${(to - from + 1) * step}"
            height="${HEIGHT}"
        />`;
    }

    /** @param {number} step */
    #years(step) {
        const every = Math.max(1, Math.ceil(YEAR_WIDTH / (step * 12)));
        const labels = [];
        for (let i = 0; i < this.#counts.length; i++) {
            const month = this.#first + i;
            const whole = month % 12 === 0 && (month / 12) % every === 0;
            const room = (this.#counts.length - i) * step > YEAR_WIDTH / 2 || i === 0;
            if ((whole && room) || (i === 0 && (12 - (month % 12)) * step > YEAR_WIDTH)) {
                labels.push(
                    html`<text x="${(i * step).toFixed(2)}" y="${HEIGHT + 14}"
                        >${Math.floor(month / 12)}</text
                    >`,
                );
            }
        }
        return labels;
    }

    // ---- choosing ----

    /** @param {PointerEvent} event @returns {number} the bar under the pointer */
    #barAt(event) {
        const box = this.#bars.getBoundingClientRect();
        const n = this.#counts.length;
        return Math.min(n - 1, Math.max(0, Math.floor((event.clientX - box.left) / this.#step())));
    }

    /** @param {PointerEvent} event */
    #down(event) {
        if (event.button === 0) {
            this.#bars.setPointerCapture(event.pointerId);
            const at = this.#barAt(event);
            this.#set(at, at);
        }
    }

    /** @param {PointerEvent} event */
    #move(event) {
        const at = this.#barAt(event);
        if (this.#brush && event.buttons) {
            this.#set(this.#brush.anchor, at);
        } else if (!this.#brush) {
            this.#say(this.#textOf(at));
        }
    }

    /** @param {number} anchor @param {number} cursor */
    #set(anchor, cursor) {
        this.#brush = { anchor, cursor };
        const [from, to] = this.#span();
        const language = currentLanguage();
        const name = (/** @type {number} */ i) => formatDate(language, monthOf(this.#first + i));
        const value = this.#counts.slice(from, to + 1).reduce((sum, count) => sum + count, 0);
        const months = from === to ? name(from) : `${name(from)}–${name(to)}`;
        const text = pageTexts().month(months, formatTotal(language, { value, relation: 'eq' }));
        this.#say(text);
        this.#bars.setAttribute('aria-valuenow', String(this.#first + cursor));
        this.#bars.setAttribute('aria-valuetext', text);
        this.#draw();
    }

    #apply() {
        if (this.#brush) {
            const [from, to] = this.#span();
            this.#brush = null;
            this.choose({
                from: monthOf(this.#first + from),
                to: monthOf(this.#first + to),
            });
        }
    }

    #cancel() {
        if (this.#brush) {
            this.#brush = null;
            this.#say('');
            this.#draw();
        }
    }

    /** @param {KeyboardEvent} event */
    #key(event) {
        const n = this.#counts.length;
        const at = this.#brush ? this.#brush.cursor : -1;
        const moves = /** @type {Record<string, number>} */ ({
            ArrowLeft: at - 1,
            ArrowDown: at - 1,
            ArrowRight: at + 1,
            ArrowUp: at + 1,
            PageDown: at - 12,
            PageUp: at + 12,
            Home: 0,
            End: n - 1,
        });
        if (event.key in moves) {
            const to = Math.min(n - 1, Math.max(0, moves[event.key]));
            this.#set(event.shiftKey && this.#brush ? this.#brush.anchor : to, to);
        } else if (event.key === 'Enter') {
            this.#apply();
        } else if (event.key === 'Escape') {
            this.#cancel();
        } else {
            return;
        }
        event.preventDefault();
    }
}
