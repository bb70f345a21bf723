/**
 * `scripts/deploy.sh`, `scripts/deploy.ps1` and `scripts/teardown.sh` call this, and so does azd (`package`).
 */
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { findServices } from '@tally/build';
import { registry } from '@tally/chains';
import { Command } from 'commander';
import { DeployError, dryRun, realRun } from './src/command.ts';
import { deploy } from './src/deploy.ts';
import { makePackages } from './src/packages.ts';
import { teardown } from './src/teardown.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const program = new Command();

program
  .command('deploy')
  .description('deploys Tally into a resource group, which is created if needed; can be repeated')
  .argument('<resource-group>')
  .argument('<location>', 'region, such as westeurope')
  .option('--environment <name>', 'which of infra/<name>.bicepparam', 'dev')
  .option('--photo-url <url...>', 'photos for the smoke test, instead of three uploaded ones')
  .option('--no-smoke-test', 'skip the smoke test')
  .option('--no-run-check', 'skip the look for live runs of removed chain versions')
  .option('--yes', 'deploy without asking', false)
  .option('--dry-run', 'print every command and run none', false)
  .action(async (resourceGroup: string, location: string, options: Options) => {
    const { environment = 'dev', photoUrl: photoUrls = [] } = options;
    const { smokeTest: withSmokeTest = true, runCheck: withRunCheck = true } = options;
    const confirm = confirmation(options);
    await deploy(executorOf(options), {
      root,
      resourceGroup,
      location,
      environment,
      photoUrls,
      withSmokeTest,
      withRunCheck,
      chains: registry.chains,
      confirm,
    });
  });

program
  .command('package')
  .description('builds the apps and packs each into out/package for publishing; azd calls this')
  .action(async () => {
    await makePackages(executorOf({ yes: true, dryRun: false }), root, findServices(path.join(root, 'services')));
  });

program
  .command('teardown')
  .description('removes the resource group and everything in it, results included')
  .argument('<resource-group>')
  .option('--yes', 'delete without asking', false)
  .option('--dry-run', 'print every command and run none', false)
  .action(async (resourceGroup: string, options: Options) => {
    await teardown(executorOf(options), resourceGroup, confirmation(options));
  });

interface Options {
  readonly environment?: string;
  readonly photoUrl?: string[];
  readonly smokeTest?: boolean;
  readonly runCheck?: boolean;
  readonly yes: boolean;
  readonly dryRun: boolean;
}

function executorOf(options: Options) {
  const print = (line: string) => console.log(line);
  return options.dryRun ? dryRun(print) : realRun(print);
}

function confirmation(options: Options): (question: string) => Promise<boolean> {
  return async (question) => {
    if (options.yes) return true;
    if (!process.stdin.isTTY)
      throw new DeployError('There is no terminal to ask for consent; pass --yes to go on without.');
    const terminal = createInterface({ input: process.stdin, output: process.stdout });
    try {
      return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
    } finally {
      terminal.close();
    }
  };
}

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof DeployError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
