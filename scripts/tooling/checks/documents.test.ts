import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';

const root = resolve(import.meta.dirname, '../../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const architecture = read('ARCHITECTURE.md');

/** The text from one heading to the next of its level. */
function sectionOf(text: string, heading: string): string {
  const [, after = ''] = text.split(`\n## ${heading}\n`);
  return after.split('\n## ')[0] ?? '';
}

describe('the words of ARCHITECTURE.md', () => {
  const rows = sectionOf(architecture, 'Words')
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(1);

  test.each(rows)('are declared in the code: %s', (row) => {
    const { name = '', file = '' } = /^\| [^|]+ \| \[`(?<name>\w+)`\]\((?<file>[^)]+)\) \|/.exec(row)?.groups ?? {};
    const declaration = String.raw`^(export )?(interface|type|const|function) ${name}\b|^ +(readonly )?${name}\??:`;
    expect(read(file)).toMatch(new RegExp(declaration, 'm'));
  });

  test('are all looked for', () => {
    expect(rows.length).toBeGreaterThan(10);
  });
});

test('the folders of docs/folders.md are those that are there', () => {
  const above: string[] = [];
  const named = read('docs/folders.md')
    .split('\n')
    .flatMap((line) => {
      const { indent, name } = /^(?<indent> *)(?<name>[a-z-]+) {2,}\S/.exec(line)?.groups ?? {};
      if (indent === undefined || name === undefined) return [];
      above.splice(indent.length / 2, above.length, name);
      return [above.join('/')];
    });
  const { workspaces } = z.object({ workspaces: z.array(z.string()) }).parse(JSON.parse(read('package.json')));
  const packages = globSync(
    workspaces.map((pattern) => `${pattern}/package.json`),
    { cwd: root },
  ).map((file) => dirname(file).replaceAll('\\', '/'));
  const withRooms = [...packages, 'scripts/tooling/checks', 'infra', 'docs'].flatMap((folder) =>
    folder.split('/').map((_, index, parts) => parts.slice(0, index + 1).join('/')),
  );
  // A chain of one's own needs no line for its app.
  const isExpected = (folder: string): boolean => !folder.startsWith('services/') || named.includes(folder);
  expect(named.toSorted()).toEqual([...new Set(withRooms)].filter(isExpected).toSorted());
});

const documents = globSync('{*.md,docs/**/*.md,{services,shared,scripts}/**/*.md}', {
  cwd: root,
  exclude: (name) => name === 'node_modules',
});

test.each(documents)('the links of %s lead to something', (document) => {
  const broken = [...read(document).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)].flatMap((link) => {
    const [, path = '', anchor] = link;
    const target = path === '' ? document : join(dirname(document), path);
    if (!existsSync(join(root, target))) return [link[0]];
    return anchor === undefined || anchorsOf(read(target)).includes(anchor) ? [] : [link[0]];
  });
  expect(broken).toEqual([]);
});

const files = globSync(['*.mjs', '.*.mjs', '{services,shared,scripts,infra}/**/*.{ts,tsx,mjs,json,bicep,sh,ps1}'], {
  cwd: root,
  exclude: (name) => name === 'node_modules',
}).map((file) => `/${file.replaceAll('\\', '/')}`);
/** The app that docs/your-own-chain.md lays out. */
const laidOut = /(^|\/)hello\//;

test.each(documents)('the files that %s names are there', (document) => {
  const named = [
    ...read(document).matchAll(/`((?:[\w.-]+\/)+[\w.-]+\.json|(?:[\w.-]+\/)*[\w.-]+\.(?:ts|tsx|mjs|bicep|sh|ps1))`/g),
  ].map(([, name = '']) => name);
  const isThere = (name: string): boolean => laidOut.test(name) || files.some((file) => file.endsWith(`/${name}`));
  expect(named.filter((name) => !isThere(name))).toEqual([]);
});

/** The anchors that GitHub gives the headings of a document. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
