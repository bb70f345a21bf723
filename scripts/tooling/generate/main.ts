import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { hostJsonOf } from '@tally/chain';
import { faceHappiness, registry } from '@tally/chains';
import { readServiceSettings } from '@tally/infra-checks';
import { aggregateStage, intakeStage } from '@tally/run-steps';
import { azdServices } from './src/azd-services.ts';
import { chainsPage } from './src/chains-page.ts';
import { deploymentFacts } from './src/deployment-facts.ts';
import { lockedChains } from './src/locked-chains.ts';
import { pathPictureOf } from './src/path-picture.ts';

/**
 * Writes the files that derive from the chains' declarations, so that each fact is stated once. These are
 * each app's host.json, `infra/chains.json`, the services of `azure.yaml`, the picture in the README,
 * `docs/chains.md`, and the lock of versions. It also writes the help of the commands. With `--check` it
 * writes nothing and fails if a file differs. Both fail if a version of a chain has changed its shape.
 * `--relock` permits that, which is right only if no run of that version lives anywhere.
 */
const root = path.resolve(import.meta.dirname, '../../..');
const isCheck = process.argv.includes('--check');
const AZD_SERVICES = /( {2}# services:begin.*)\n[\s\S]*?( {2}# services:end\n)/;
const PICTURE = /(<!-- chain:begin -->\n)[\s\S]*?(<!-- chain:end -->)/;

const files = new Map<string, string>();
for (const app of [intakeStage, aggregateStage, ...registry.apps]) {
  files.set(`services/${app.name}/host.json`, json(hostJsonOf(app)));
}
files.set('infra/chains.json', json(deploymentFacts(await readServiceSettings(path.join(root, 'services')))));
const azd = await read('azure.yaml');
files.set(
  'azure.yaml',
  azd.replace(AZD_SERVICES, `$1\n${azdServices(registry, await read('infra/main.bicepparam'))}\n$2`),
);
const readme = await read('README.md');
files.set(
  'README.md',
  readme.replace(PICTURE, `$1\n\`\`\`mermaid\n${pathPictureOf(faceHappiness.definition, 'detect')}\n\`\`\`\n\n$2`),
);
files.set('docs/chains.md', chainsPage(registry));
const LOCK = 'shared/chains/chains.lock.json';
const { lock, complaints } = lockedChains(registry, await read(LOCK), {
  isRelocking: process.argv.includes('--relock'),
});
files.set(LOCK, json(lock));

// For a clone in which nothing is installed yet, so that the command itself can't print its help.
for (const command of ['start', 'demo', 'tally']) files.set(`scripts/commands/${command}/help.txt`, helpOf(command));

const stale: string[] = [];
for (const [name, text] of files) {
  if ((await read(name)) === text) continue;
  stale.push(name);
  if (!isCheck) await writeFile(path.join(root, name), text);
}
if (complaints.length > 0) {
  console.error(complaints.join('\n'));
  process.exitCode = 1;
} else if (isCheck && stale.length > 0) {
  console.error(`out of date: ${stale.join(', ')}\nrun: npm run generate`);
  process.exitCode = 1;
} else {
  console.log(
    isCheck ? `${files.size} generated files are up to date` : `${stale.length} of ${files.size} files written`,
  );
}

/** JSON in the form of this repository's formatter, so that formatting and generating agree. */
function json(value: unknown): string {
  const input = JSON.stringify(value);
  return execFileSync('biome', ['format', '--stdin-file-path=generated.json'], { cwd: root, input, encoding: 'utf8' });
}

function helpOf(command: string): string {
  const script = path.join(root, 'scripts/commands', command, 'main.ts');
  return execFileSync(process.execPath, [script, '--help'], { cwd: root, encoding: 'utf8' });
}

async function read(name: string): Promise<string> {
  return await readFile(path.join(root, name), 'utf8').catch(() => '');
}
