/** The oldest Node that every bundled package runs on. undici requires it. */
export const OLDEST_NODE = '22.19';

/** The file name of the entry. CommonJS, because old versions of Node can read it. */
export const ENTRY = 'main.cjs';

/** Long enough for the host to log the error. */
const SEEN_MS = 5_000;

/**
 * The entry of a built app. Old versions of Node can read it, although they may fail to load the bundle. If
 * the app can't start, because of its Node or of a missing setting, the entry throws. The Functions host logs
 * that error, but says nothing about a worker that exits at once. Soon after, the entry ends the process.
 * Otherwise the host would stay up without functions, report itself as running, and answer 404 to everything.
 */
export function entryText(name: string): string {
  const [major, minor] = OLDEST_NODE.split('.');
  return `'use strict';
function endSoon() { setTimeout(function () { process.exit(1); }, ${SEEN_MS}); }
var have = process.versions.node.split('.').map(Number);
if (have[0] < ${major} || (have[0] === ${major} && have[1] < ${minor})) {
  endSoon();
  throw new Error('${name} needs Node ${OLDEST_NODE} or newer; this is ' + process.versions.node + '.');
}
try {
  require('./app.js');
} catch (error) {
  endSoon();
  throw error;
}
`;
}
