/*
 * widget_style.js - how the search box looks. A page changes it by the custom properties
 * --jianwen-* and by ::part(); docs/embedding.md lists both.
 */

const LIGHT = `
    --text: var(--jianwen-text, #201c17);
    --muted: var(--jianwen-muted, #655d52);
    --back: var(--jianwen-background, #ffffff);
    --line: var(--jianwen-border, #8f8576);
    --accent: var(--jianwen-accent, #9c2a1c);
    --on-accent: var(--jianwen-on-accent, #ffffff);
    --active: var(--jianwen-active, #f3ede2);
    --mark: var(--jianwen-mark, #ffe08a);
    --mark-text: var(--jianwen-mark-text, #201c17);
    color-scheme: light;`;

const DARK = `
    --text: var(--jianwen-text, #ece6da);
    --muted: var(--jianwen-muted, #b3a998);
    --back: var(--jianwen-background, #211e1a);
    --line: var(--jianwen-border, #7d7464);
    --accent: var(--jianwen-accent, #f0a08e);
    --on-accent: var(--jianwen-on-accent, #211e1a);
    --active: var(--jianwen-active, #38322a);
    --mark: var(--jianwen-mark, #6b5200);
    --mark-text: var(--jianwen-mark-text, #fff3cf);
    color-scheme: dark;`;

export const WIDGET_STYLE = `
:host { display: block; position: relative; min-height: 2.875rem; ${LIGHT}
    font: 1rem/1.5 var(--jianwen-font, system-ui, "PingFang SC", "Hiragino Sans GB",
        "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", "WenQuanYi Micro Hei", sans-serif); }
:host([hidden]) { display: none; }
@media (prefers-color-scheme: dark) { :host(:not([theme="light"])) { ${DARK} } }
:host([theme="dark"]) { ${DARK} }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
.box { display: flex; align-items: stretch; color: var(--text); background: var(--back);
    border: 1px solid var(--line); border-radius: var(--jianwen-radius, 3px); }
.box:focus-within { border-color: var(--accent); outline: 2px solid var(--accent); outline-offset: 0; }
input { flex: 1; min-width: 0; font: inherit; color: inherit; background: none; border: 0; outline: 0;
    padding: 0.6rem 0.75rem; appearance: none; }
input::placeholder { color: var(--muted); opacity: 1; }
input::-webkit-search-cancel-button { display: none; }
button { font: inherit; color: inherit; cursor: pointer; }
.go { display: grid; place-items: center; width: 3rem; border: 0; background: none; color: var(--accent);
    border-radius: var(--jianwen-radius, 3px); }
.go:hover { background: var(--active); }
button:focus-visible { outline: 2px solid var(--accent); outline-offset: -2px; }
svg { width: 1.25rem; height: 1.25rem; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; }
.panel { position: absolute; z-index: var(--jianwen-z-index, 1000); top: calc(100% + 4px); left: 0; right: 0;
    display: flex; flex-direction: column; max-height: var(--jianwen-panel-height, min(75vh, 42rem));
    color: var(--text); background: var(--back); border: 1px solid var(--line);
    border-radius: var(--jianwen-radius, 3px); box-shadow: 0 8px 24px rgb(0 0 0 / 18%); text-align: start; }
[role="listbox"] { overflow: auto; overscroll-behavior: contain; }
.waiting .go svg { animation: waiting 0.9s ease-in-out infinite alternate; }
@keyframes waiting { to { transform: scale(0.7); } }
@media (prefers-reduced-motion: reduce) { .waiting .go svg { animation: none; stroke-dasharray: 3 4; } }
.group { padding: 0.5rem 0.75rem 0.25rem; font-size: 0.8125rem; color: var(--muted); }
[role="option"] { padding: 0.45rem 0.75rem; cursor: pointer; border-inline-start: 3px solid transparent;
    overflow-wrap: anywhere; }
[role="option"]:hover { background: var(--active); }
[role="option"][aria-selected="true"] { background: var(--active); border-inline-start-color: var(--accent); }
.title { font-weight: 600; }
.facts { font-size: 0.8125rem; color: var(--muted); }
.text { font-size: 0.9375rem; }
mark { background: var(--mark); color: var(--mark-text); padding: 0 0.05em; border-radius: 2px; }
.all { color: var(--accent); border-top: 1px solid var(--active); }
.message { margin: 0; padding: 0.75rem; }
.message button, .foot button { color: var(--accent); background: none; border: 1px solid currentColor;
    border-radius: var(--jianwen-radius, 3px); padding: 0.15rem 0.7rem; margin-inline-start: 0.5rem; }
.foot { padding: 0.35rem 0.5rem 0.5rem; text-align: end; font-size: 0.875rem; }
.status { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media print { :host { display: none; } }
@media (forced-colors: active) { [role="option"][aria-selected="true"] { outline: 2px solid Highlight; outline-offset: -2px; } }
`;
