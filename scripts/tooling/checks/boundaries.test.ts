import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cruise, type ICruiseOptions } from 'dependency-cruiser';
import { afterEach, beforeEach, expect, test } from 'vitest';
import boundaries from '../../../.dependency-cruiser.mjs';

let root = '';
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'tally-boundaries-')));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const workspaces = [
  'api',
  'client',
  'dashboard',
  'contracts',
  'chain',
  'chains',
  'run-state',
  'run-store',
  'queues',
  'blobs',
  'guarded-fetch',
  'run-steps',
  'run-handlers',
  'functions-kit',
  'test-chain',
  'testing',
  'azurite',
].map((name) => `shared/${name}`);
const services = ['services/intake', 'services/detect'];
const sdks = ['data-tables', 'storage-queue', 'storage-blob', 'identity', 'functions'].map((name) => `@azure/${name}`);
const packages = [...sdks, 'zod'];

/**
 * Writes a small repository whose files hold the given imports, and returns the names of the rules that it
 * breaks.
 */
async function brokenRules(imports: Record<string, string>, files: Record<string, string> = {}): Promise<string[]> {
  write('package.json', JSON.stringify({ name: 'small', type: 'module' }));
  const dependencies = Object.fromEntries([...packages, ...workspaces.map(nameOf)].map((name) => [name, '*']));
  for (const folder of [...workspaces, ...services, 'scripts/commands/start']) {
    const name = nameOf(folder);
    write(`${folder}/package.json`, JSON.stringify({ name, type: 'module', exports: './src/index.ts', dependencies }));
    write(`${folder}/src/index.ts`, 'export {};');
    mkdirSync(join(root, 'node_modules/@tally'), { recursive: true });
    symlinkSync(join(root, folder), join(root, 'node_modules', name));
  }
  for (const name of packages) {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'index.js' }));
    write(`node_modules/${name}/index.js`, '');
  }
  for (const [file, target] of Object.entries(imports))
    write(file, `import type { Thing } from '${target}';\nexport type { Thing };`);
  for (const [file, content] of Object.entries(files)) write(file, content);

  const options: ICruiseOptions = { ...boundaries.options, baseDir: root, validate: true, ruleSet: boundaries };
  const { output } = await cruise(['services', 'shared', 'scripts'], options);
  if (typeof output === 'string') throw new Error('Expected the result as an object.');
  return [...new Set(output.summary.violations.map((violation) => violation.rule.name))].sort();
}

function nameOf(folder: string): string {
  return `@tally/${folder.split('/').at(-1)}`;
}

function write(file: string, content: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), content);
}

test('imports along the arrows pass, and tests may import more', async () => {
  const broken = await brokenRules({
    'shared/chain/src/a.ts': '@tally/contracts',
    'shared/dashboard/src/a.tsx': '@tally/client',
    'shared/dashboard/src/a.test.ts': 'node:fs',
    'shared/run-state/src/a.ts': '@tally/contracts',
    'shared/run-state/src/a.test.ts': 'zod',
    'shared/run-store/src/a.ts': '@azure/data-tables',
    'shared/run-store/src/b.ts': '@tally/run-state',
    'shared/blobs/src/a.ts': '@azure/storage-blob',
    'shared/run-steps/src/a.ts': '@tally/queues',
    'shared/run-steps/src/a.azurite.test.ts': '@tally/testing',
    'shared/functions-kit/src/a.ts': '@tally/run-steps',
    'shared/functions-kit/src/c.ts': '@tally/run-handlers',
    'shared/run-handlers/src/a.ts': '@tally/run-steps',
    'shared/test-chain/src/a.ts': '@tally/run-handlers',
    'services/detect/src/c.test.ts': '@tally/test-chain',
    'shared/functions-kit/src/b.ts': '@azure/functions',
    'services/detect/src/main.ts': '@azure/functions',
    'services/detect/src/functions/detect.ts': '@azure/functions',
    'scripts/commands/start/src/a.ts': '@tally/azurite',
  });
  expect(broken).toEqual([]);
});

/** The folders of run-steps that have a rule, from the ground up. */
const floors = boundaries.forbidden.flatMap(({ name }) => /^floors-(.*)$/.exec(name ?? '')?.[1] ?? []);

const breaches: [rule: string, imports: Record<string, string>][] = [
  ['arrows-contracts', { 'shared/contracts/src/a.ts': '@tally/chain' }],
  ['arrows-chain', { 'shared/chain/src/a.ts': '@tally/run-state' }],
  ['arrows-chains', { 'shared/chains/src/a.ts': '@tally/run-steps' }],
  ['arrows-api', { 'shared/api/src/a.ts': '@tally/run-state' }],
  ['arrows-client', { 'shared/client/src/a.ts': '@tally/run-steps' }],
  ['arrows-dashboard', { 'shared/dashboard/src/a.tsx': '@tally/contracts' }],
  ['arrows-run-state', { 'shared/run-state/src/a.ts': '@tally/chain' }],
  ['arrows-run-store', { 'shared/run-store/src/a.ts': '@tally/chain' }],
  ['arrows-queues', { 'shared/queues/src/a.ts': '@tally/run-store' }],
  ['arrows-ffmpeg', { 'shared/ffmpeg/src/a.ts': '@tally/chain' }],
  ['arrows-blobs', { 'shared/blobs/src/a.ts': '@tally/run-store' }],
  ['arrows-guarded-fetch', { 'shared/guarded-fetch/src/a.ts': '@tally/contracts' }],
  ['arrows-run-steps', { 'shared/run-steps/src/a.ts': '@tally/functions-kit' }],
  ['arrows-run-handlers', { 'shared/run-handlers/src/a.ts': '@tally/functions-kit' }],
  ['arrows-test-chain', { 'shared/test-chain/src/a.ts': '@tally/functions-kit' }],
  ['arrows-functions-kit', { 'shared/functions-kit/src/a.ts': '@tally/azurite' }],
  ['run-state-is-pure', { 'shared/run-state/src/a.ts': 'node:crypto' }],
  ['run-state-is-pure', { 'shared/run-state/src/a.ts': 'crypto' }],
  ['run-state-is-pure', { 'shared/run-state/src/a.ts': 'zod' }],
  ['storage-sdk-in-adapters-only', { 'shared/run-steps/src/a.ts': '@azure/data-tables' }],
  ['storage-sdk-in-adapters-only', { 'services/detect/src/functions/a.ts': '@azure/storage-queue' }],
  ['storage-sdk-in-adapters-only', { 'services/detect/src/a.ts': '@azure/storage-blob' }],
  ['identity-in-adapters-only', { 'shared/run-steps/src/a.ts': '@azure/identity' }],
  ['functions-sdk-at-the-edge-only', { 'services/detect/src/handle-detect.ts': '@azure/functions' }],
  ['functions-sdk-at-the-edge-only', { 'shared/run-steps/src/a.ts': '@azure/functions' }],
  ['page-without-node', { 'shared/dashboard/src/a.tsx': 'node:crypto' }],
  ['services-stand-alone', { 'services/detect/src/a.ts': '@tally/intake' }],
  ['services-stand-alone', { 'scripts/commands/start/src/a.ts': '@tally/intake' }],
  ['scripts-serve-developers', { 'services/detect/src/a.ts': '@tally/start' }],
  ['test-support-in-tests-only', { 'services/detect/src/a.ts': '@tally/testing' }],
  ['test-support-in-tests-only', { 'services/detect/src/a.ts': '@tally/test-chain' }],
  ['workspaces-by-name', { 'services/detect/src/a.ts': '../../../shared/contracts/src/index.ts' }],
  ['workspaces-by-name', { 'shared/run-store/src/a.test.ts': '../../run-state/src/index.ts' }],
  ['workspaces-by-name', { 'scripts/commands/demo/src/a.ts': '../../start/src/index.ts' }],
  ['no-cycles', { 'shared/chain/src/a.ts': './b.ts', 'shared/chain/src/b.ts': './a.ts' }],
  ['resolvable', { 'shared/chain/src/a.ts': './not-there.ts' }],
  ...floors.map((name, place): [string, Record<string, string>] => {
    const above = floors[place + 1] ?? 'unheard-of';
    const [from, to] = [name, above].map((folder) => `shared/run-steps/src/${folder}/${folder}.ts`);
    return [`floors-${name}`, { [from ?? '']: `../${above}/${above}.ts`, [to ?? '']: 'zod' }];
  }),
];

test.each(breaches)('%s rejects %o', async (rule, imports) => {
  expect(await brokenRules(imports)).toEqual([rule]);
});

test('imports of a file with `using` declarations are found', async () => {
  const target = "await using thing = await import('@tally/testing');\nexport {};";
  expect(await brokenRules({}, { 'services/detect/src/a.ts': target })).toEqual(['test-support-in-tests-only']);
});

test('every rule has a test above', () => {
  const rules = boundaries.forbidden.map((rule) => rule.name);
  expect(new Set(breaches.map(([rule]) => rule))).toEqual(new Set(rules));
});

test('every shared package has arrows, except those that only tests and commands start', () => {
  const arrows = boundaries.forbidden.flatMap(({ name }) => /^arrows-(.*)$/.exec(name ?? '')?.[1] ?? []);
  const packages = readdirSync(join(import.meta.dirname, '../../../shared'));
  expect(packages.filter((name) => ![...arrows, 'testing', 'azurite'].includes(name))).toEqual([]);
});

test('every folder of run-steps has its floor, apart from what tests alone use', () => {
  const src = join(import.meta.dirname, '../../../shared/run-steps/src');
  const folders = readdirSync(src, { withFileTypes: true }).flatMap((one) => (one.isDirectory() ? [one.name] : []));
  expect(folders.filter((name) => !['fixtures', 'whole-runs'].includes(name)).sort()).toEqual([...floors].sort());
});
