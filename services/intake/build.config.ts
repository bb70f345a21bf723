/**
 * What the built app needs beside the bundle of `src/main.ts`: the live page, which it serves from this
 * folder.
 */
export const bundle = {
  pages: [{ package: '@tally/dashboard', to: 'dashboard' }],
};
