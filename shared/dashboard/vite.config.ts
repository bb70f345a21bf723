import type { Plugin, UserConfig } from 'vite';

/**
 * Of our packages the page takes types alone, which leave nothing behind: anything else would bring schemas, and with them the whole of zod.
 */
const typesOnly: Plugin = {
  name: 'types-only',
  enforce: 'pre',
  resolveId: (id, importer) => {
    if (id.startsWith('@tally/')) throw new Error(`${importer} imports more than types of ${id}`);
  },
};

/** Static files with hashed names; nothing is written into the page itself, for its policy lets no inline script run. */
export default {
  base: '/api/dashboard/',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  plugins: [typesOnly],
  build: {
    // What `light-dark()` and the rest ask for.
    target: ['chrome125', 'firefox126', 'safari18'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
  },
  // `npx vite shared/dashboard`, beside `npm start`.
  server: { proxy: { '^/api/(?!dashboard)': 'http://127.0.0.1:7071' } },
} satisfies UserConfig;
