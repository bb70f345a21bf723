/** A chain's name in the forms that code uses. */
export interface ChainNames {
  /** The name of the chain, its app and its folders: `tax-return`. */
  readonly name: string;
  /** The name of the declaration: `taxReturn`. */
  readonly identifier: string;
}

/**
 * The length is limited because its longest queue, `<name>-<node>-poison`, and its Functions app in Azure
 * need room for more.
 */
const NAME = /^(?=.{2,24}$)[a-z][a-z0-9]*(?:-[a-z][a-z0-9]*)*$/;

/** Words that can't name a value, and names that the registry's files use for something else. */
const RESERVED = new Set(
  (
    'arguments async await break case catch class const continue debugger default delete do else enum eval export extends false finally for function if ' +
    'implements import in instanceof interface let new null of package private protected public return static super switch this throw true try typeof undefined ' +
    'var void while with yield registry unlocked'
  ).split(' '),
);

/** Folders of packages. No app may have these names. */
const OTHER_PACKAGES = ['cli'];

/** @returns the problem of a name, in words for a person; or the name in all its forms */
export function chainNames(name: string): ChainNames | { readonly problem: string } {
  if (!NAME.test(name))
    return {
      problem:
        'a name has 2 to 24 characters, a-z and 0-9 in words with "-" between them, each beginning with a letter',
    };
  const identifier = name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
  if (RESERVED.has(identifier) || OTHER_PACKAGES.includes(name) || name.endsWith('-poison'))
    return { problem: 'the name has another meaning already' };
  return { name, identifier };
}
