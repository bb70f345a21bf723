// Lets dependency-cruiser read files that contain JSX. It asks swc for plain TypeScript for every file,
// whatever its name. This module is imported for its effect.
import swc from '@swc/core';

/** @type {any} Its overloads don't matter here. */
const parser = swc;
const parse = parser.parseFileSync;

/** @type {(file: string, options: import('@swc/core').ParseOptions) => import('@swc/core').Module} */
parser.parseFileSync = (file, options) =>
  parse(file, options.syntax === 'typescript' && file.endsWith('.tsx') ? { ...options, tsx: true } : options);
