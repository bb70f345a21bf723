// Lets dependency-cruiser read files that contain JSX: it asks swc for plain TypeScript, whatever the file is called. Imported for its effect.
import swc from '@swc/core';

/** @type {any} Its overloads are of no interest here. */
const parser = swc;
const parse = parser.parseFileSync;

/** @type {(file: string, options: import('@swc/core').ParseOptions) => import('@swc/core').Module} */
parser.parseFileSync = (file, options) =>
  parse(file, options.syntax === 'typescript' && file.endsWith('.tsx') ? { ...options, tsx: true } : options);
