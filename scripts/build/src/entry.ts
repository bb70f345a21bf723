/** The oldest Node that every bundled package runs on: undici asks for it. */
export const OLDEST_NODE = '22.19';

/** Long enough for the host to have logged why. */
const SEEN_MS = 5_000;

/**
 * The entry of a built app. Old versions of Node can read it, while they may not even parse the bundle. Where the app can't start, be it for its Node or
 * for a setting that is missing, it throws, since the Functions host logs that, and of a worker that exits at once it says nothing; and soon after it ends
 * the process, since the host would stay up without functions, call itself running, and answer 404 to everything.
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
