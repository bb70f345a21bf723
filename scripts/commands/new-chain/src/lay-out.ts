import { glob, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { StartError, UsageError } from '@tally/start';
import { type ChainNames, chainNames } from './chain-names.ts';
import { withDeclaration, withExport } from './registry-lines.ts';

const template = join(import.meta.dirname, '..', 'template');
const REGISTERED = 'shared/chains/src/registry/registered.ts';
const INDEX = 'shared/chains/src/index.ts';

/** The files that were written, as paths below the repository's folder. */
export interface LaidOut extends ChainNames {
  readonly created: readonly string[];
  readonly changed: readonly string[];
}

/**
 * Writes a chain of one task, its app and its test. All checks come before the first write. No existing file
 * is overwritten, except the registry's own, which get the chain added.
 * @param root the repository's folder
 * @throws UsageError for a name that is invalid or taken; StartError when the registry's files aren't as
 * expected
 */
export async function layOutChain(root: string, name: string): Promise<LaidOut> {
  const names = chainNames(name);
  if ('problem' in names) throw new UsageError(`A chain can't be called "${name}": ${names.problem}.`);
  await refuseTaken(root, name);
  const files = await filesOf(names);
  const [registered, index] = await Promise.all([REGISTERED, INDEX].map((file) => readFile(join(root, file), 'utf8')));
  const changes = new Map([
    [REGISTERED, withDeclaration(registered ?? '', names)],
    [INDEX, withExport(index ?? '', names)],
  ]);
  for (const [file, text] of changes)
    if (text === null) throw new StartError(`${file} has an unexpected form: add the chain there by hand.`);
  for (const [file, text] of files) {
    await mkdir(dirname(join(root, file)), { recursive: true });
    await writeFile(join(root, file), text, { flag: 'wx' });
  }
  for (const [file, text] of changes) await writeFile(join(root, file), text ?? '');
  return { ...names, created: [...files.keys()], changed: [...changes.keys()] };
}

/** Packages and folders of the repository share one set of names with apps. */
async function refuseTaken(root: string, name: string): Promise<void> {
  const sameName = `{services,shared,shared/chains/src,scripts,scripts/*}/${name}`;
  for await (const folder of glob(sameName, { cwd: root }))
    throw new UsageError(`A chain can't be called "${name}": ${folder.replaceAll('\\', '/')} exists already.`);
  const versions = await readFile(join(root, 'shared/chains/chains.lock.json'), 'utf8');
  if (versions.includes(`"chain": "${name}"`))
    throw new UsageError(`A chain can't be called "${name}": there was one of this name, and it may still have runs.`);
}

/** The template's files under the names of the new chain. */
async function filesOf(names: ChainNames): Promise<Map<string, string>> {
  const { name } = names;
  const files = new Map<string, string>([[`services/${name}/package.json`, packageJson(name)]]);
  for (const entry of await readdir(template, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const source = join(entry.parentPath, entry.name);
    const place = relative(template, source).replaceAll('\\', '/');
    const target = place.startsWith('app/')
      ? `services/${name}/${place.slice('app/'.length)}`
      : `shared/chains/src/${name}/${name}.ts`;
    files.set(target, renamed(await readFile(source, 'utf8'), names));
  }
  return files;
}

/**
 * In its own repository the template imports its declaration from a neighbouring folder. An app imports it
 * from the package of all chains.
 */
function renamed(text: string, { name, identifier }: ChainNames): string {
  return text.replaceAll(
    /'..\/..\/declaration\/hello.ts'|'hello'|\bhello(Handlers)?\b/g,
    (found, suffix: string = '') => {
      if (found === "'hello'") return `'${name}'`;
      return found.startsWith("'") ? "'@tally/chains'" : `${identifier}${suffix}`;
    },
  );
}

function packageJson(name: string): string {
  const version = '0.1.0'; // of all packages of this repository, which are never published
  const text = {
    ...{ name: `@tally/${name}`, version, private: true, type: 'module' },
    scripts: { build: `node ../../scripts/tooling/build/main.ts ${name}` },
    dependencies: { '@tally/chain': version, '@tally/chains': version, '@tally/functions-kit': version },
    devDependencies: { '@tally/test-chain': version },
  };
  return `${JSON.stringify(text, null, 2)}\n`;
}
