/** The oldest Node that every bundled package runs on: undici asks for it. */
export const OLDEST_NODE = '22.19';

/**
 * The entry of a built app. Old versions of Node can read it, while they may not even parse the bundle. It ends the process: an entry that only
 * throws leaves the Functions host up, which then answers 404 to everything.
 */
export function entryText(name: string): string {
  const [major, minor] = OLDEST_NODE.split('.');
  return `'use strict';
var have = process.versions.node.split('.').map(Number);
if (have[0] < ${major} || (have[0] === ${major} && have[1] < ${minor})) {
  require('fs').writeSync(2, '${name} needs Node ${OLDEST_NODE} or newer; this is ' + process.versions.node + '.\\n');
  process.exit(1);
}
require('./app.js');
`;
}
