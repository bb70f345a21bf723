import type { ChainNames } from './chain-names.ts';

/**
 * The file of the registry with a chain more, last in its list: the first is the default.
 * @returns null where the file has no list as it is known here
 */
export function withDeclaration(text: string, { name, identifier }: ChainNames): string | null {
  const list = /registryOf\(\[([\w,\s]*?),?\s*\]\)/;
  if (!list.test(text)) return null;
  const listed = text.replace(list, (_, chains: string) => `registryOf([${chains}, ${identifier}])`);
  return `import { ${identifier} } from '../${name}/${name}.ts';\n${listed}`;
}

/** The package's index with the chain in it, for the app that does its work. */
export function withExport(text: string, { name, identifier }: ChainNames): string {
  return `export { ${identifier} } from './${name}/${name}.ts';\n${text}`;
}
