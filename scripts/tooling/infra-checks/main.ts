/**
 * `npm run infra:check`: compiles, lints and validates the files in infra/ without Azure, and checks the
 * snapshots against the policies. With `--write` (`npm run infra:snapshot`) it first formats the files and
 * writes the snapshots.
 */
import path from 'node:path';
import { findCompiler } from './src/bicep-compiler.ts';
import { bicepFiles, checkInfra, rewriteInfra, SNAPSHOTS } from './src/compile.ts';
import { parseOnly } from './src/parse-only.ts';
import { policies } from './src/policies/all.ts';
import type { Facts } from './src/policies/policy.ts';
import { readServiceSettings } from './src/service-settings.ts';
import { shellcheck } from './src/shellcheck.ts';
import { readChains, readSnapshot } from './src/snapshot.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const infraDir = path.join(root, 'infra');
const isWrite = process.argv.includes('--write');

const faults = [...(await checkFiles()), ...(await checkPolicies()), ...checkScripts()];
for (const fault of faults) console.error(`✗ ${fault}`);
if (faults.length > 0) process.exitCode = 1;

async function checkFiles(): Promise<string[]> {
  const files = bicepFiles(infraDir);
  const compiler = findCompiler(path.join(root, '.tally', 'bicep'));
  if ('program' in compiler) {
    if (isWrite) return rewriteInfra(compiler, infraDir);
    const found = checkInfra(compiler, infraDir);
    if (found.length === 0) {
      console.log(`${compiler.origin}: ${files.length} files compiled, linted, in form`);
      console.log(`${SNAPSHOTS.length} snapshots valid: ${SNAPSHOTS.join(', ')}`);
    }
    return found;
  }
  if (isWrite) return [`no Bicep compiler (${compiler.tried.join('; ')})`];
  console.error(
    [
      '!! NO BICEP COMPILER ON THIS MACHINE. The files are parsed, not compiled; the snapshots are NOT validated against them.',
      `!! Tried: ${compiler.tried.join('; ')}. Install Bicep (\`az bicep install\`), or .NET, with which it is fetched.`,
    ].join('\n'),
  );
  const found = await parseOnly(infraDir, files);
  if (found.length === 0) console.log(`${files.length} files parsed`);
  return found;
}

async function checkPolicies(): Promise<string[]> {
  const facts: Facts = {
    chains: readChains(infraDir),
    services: await readServiceSettings(path.join(root, 'services')),
  };
  const found: string[] = [];
  for (const name of SNAPSHOTS) {
    const snapshot = readSnapshot(infraDir, name);
    const breaches = policies.flatMap(({ says, check }) =>
      check(snapshot, facts).map((breach) => `${name}: "${says}" is broken: ${breach}`),
    );
    if (breaches.length === 0) {
      console.log(`${name}: ${policies.length} policies kept by ${snapshot.predictedResources.length} resources`);
    }
    found.push(...breaches);
  }
  return found;
}

function checkScripts(): readonly string[] {
  const result = shellcheck(root);
  console.log(result.note);
  return result.faults;
}
