/*
 * recent.js - the last searches, kept in the reader's browser and nowhere else.
 */

const KEY = 'jianwen:recent';
const MOST = 8;

/** @returns {string[]} the latest first */
export function recentSearches() {
    try {
        const kept = JSON.parse(localStorage.getItem(KEY) ?? '[]');
        return Array.isArray(kept) ? kept.filter((q) => typeof q === 'string').slice(0, MOST) : [];
    } catch {
        return []; // No storage here, or something else's.
    }
}

/** @param {string} query */
export function keepSearch(query) {
    try {
        const others = recentSearches().filter((q) => q !== query);
        localStorage.setItem(KEY, JSON.stringify([query, ...others].slice(0, MOST)));
    } catch {
        // Without storage there is no history.
    }
}

export function forgetSearches() {
    try {
        localStorage.removeItem(KEY);
    } catch {
        // Nothing was kept.
    }
}
