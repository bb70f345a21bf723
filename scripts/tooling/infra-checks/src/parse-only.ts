import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Language, Parser } from 'web-tree-sitter';

const require = createRequire(import.meta.url);

/**
 * The grammar doesn't know parameter files, decorators on an element of a type, or the newest parts of the
 * language.
 */
const isReadable = (file: string): boolean => file.endsWith('.bicep');

/**
 * Checks what can be checked without a compiler: whether the files are Bicep at all. Types, names and values
 * aren't checked.
 * @returns the faults, with file and line
 */
export async function parseOnly(infraDir: string, files: readonly string[]): Promise<string[]> {
  await Parser.init();
  const parser = new Parser();
  parser.setLanguage(await Language.load(require.resolve('tree-sitter-bicep/tree-sitter-bicep.wasm')));
  return files.filter(isReadable).flatMap((file) => {
    const tree = parser.parse(readFileSync(path.join(infraDir, file), 'utf8'));
    if (tree === null) return [`${file} could not be parsed`];
    const faults = tree.rootNode.descendantsOfType('ERROR');
    return faults.map((node) => `${file}:${node.startPosition.row + 1}: no Bicep: ${node.text.slice(0, 60)}`);
  });
}
