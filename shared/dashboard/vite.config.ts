import type { Plugin, UserConfig } from 'vite';

/**
 * The page imports only types from our packages, which leave nothing behind. Anything else would bring in
 * schemas, and with them all of zod.
 */
const typesOnly: Plugin = {
  name: 'types-only',
  enforce: 'pre',
  resolveId: (id, importer) => {
    if (id.startsWith('@tally/')) throw new Error(`${importer} imports more than types of ${id}`);
  },
};

/**
 * Static files with hashed names. Nothing is inlined into the page, because its policy lets no inline script
 * run.
 */
export default {
  base: '/api/dashboard/',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  plugins: [typesOnly],
  build: {
    // Required by `light-dark()` and other features.
    target: ['chrome125', 'firefox126', 'safari18'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
  },
  // `npx vite shared/dashboard`, beside `npm start`.
  server: { proxy: { '^/api/(?!dashboard)': 'http://127.0.0.1:7071' } },
} satisfies UserConfig;
