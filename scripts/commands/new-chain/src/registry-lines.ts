import type { ChainNames } from './chain-names.ts';

/**
 * Adds a chain to the registry's file, last in its list, because the first one is the default.
 * @returns null if the file has no list in the expected form
 */
export function withDeclaration(text: string, { name, identifier }: ChainNames): string | null {
  const list = /registryOf\(\[([\w,\s]*?),?\s*\]\)/;
  if (!list.test(text)) return null;
  const listed = text.replace(list, (_, chains: string) => `registryOf([${chains}, ${identifier}])`);
  return `import { ${identifier} } from '../${name}/${name}.ts';\n${listed}`;
}

/** Adds the chain to the package's index, for the app that does its work. */
export function withExport(text: string, { name, identifier }: ChainNames): string {
  return `export { ${identifier} } from './${name}/${name}.ts';\n${text}`;
}
