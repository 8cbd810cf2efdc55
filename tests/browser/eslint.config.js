import js from '@eslint/js';
import globals from 'globals';

/** Ways to make HTML from strings; server/web/html.js alone may use one. */
const HTML_SINKS = ['innerHTML', 'outerHTML', 'insertAdjacentHTML', 'document.write', 'srcdoc'];

export default [
    js.configs.recommended,
    {
        languageOptions: { ecmaVersion: 2022, sourceType: 'module' },
        rules: {
            eqeqeq: 'error',
            'no-var': 'error',
            'prefer-const': 'error',
            'no-eval': 'error',
            'no-implied-eval': 'error',
            'no-new-func': 'error',
            'no-script-url': 'error',
            curly: 'error',
            'max-lines': ['error', 600],
            'max-lines-per-function': ['error', 80],
            'no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
        },
    },
    {
        files: ['**/server/web/*.js'],
        languageOptions: { globals: globals.browser },
        rules: {
            'no-restricted-properties': [
                'error',
                ...HTML_SINKS.map((name) => ({ property: name, message: 'Only html.js makes HTML.' })),
            ],
        },
    },
    { files: ['**/server/web/html.js'], rules: { 'no-restricted-properties': 'off' } },
    {
        files: ['**/tests/browser/*.js'],
        languageOptions: { globals: { ...globals.node, ...globals.browser } },
        rules: { 'max-lines-per-function': 'off', 'no-script-url': 'off' },
    },
];
