import { rm } from 'node:fs/promises';
import path from 'node:path';
import { findServices } from '@tally/build';
import * as z from 'zod';
import { API_APP, findApiApp, readApiKey } from './api-app.ts';
import { type Command, DeployError, type Executor } from './command.ts';
import { explainHidden } from './hidden-resources.ts';
import { zipFolder } from './package-zip.ts';
import { makePackages, packageFolder } from './packages.ts';
import { checkPrerequisites } from './prerequisites.ts';
import { ensureNetworkProvider } from './providers.ts';
import { whileRolesSpread } from './role-patience.ts';
import { smokeTest } from './smoke-test.ts';
import { cannotAsk, type DeployedChain, refuseStranded } from './stranded-runs.ts';
import { uploadPhotos } from './upload-photos.ts';

export interface DeployOptions {
  readonly root: string;
  readonly resourceGroup: string;
  readonly location: string;
  /** Selects `infra/<environment>.bicepparam`. */
  readonly environment: string;
  /** Photos for the smoke test. If the list is empty, three of our own are uploaded. */
  readonly photoUrls: readonly string[];
  readonly withSmokeTest: boolean;
  /** Whether a deployed system is first checked for runs that the new one could not continue. */
  readonly withRunCheck: boolean;
  /** The chains of the registry that are deployed. */
  readonly chains: readonly DeployedChain[];
  /** Asks the person, who has seen what would change. */
  readonly confirm: (question: string) => Promise<boolean>;
}

const outputsSchema = z.object({
  apiUrl: z.object({ value: z.string() }),
  apps: z.object({ value: z.array(z.object({ name: z.string(), site: z.string() })) }),
  storageAccount: z.object({ value: z.string() }),
  smokeContainer: z.object({ value: z.string() }),
});

/** Runs all steps in their order. A second deployment changes only what has changed. @throws DeployError */
export async function deploy(executor: Executor, options: DeployOptions): Promise<void> {
  const { root, resourceGroup, location, environment } = options;
  const deployer = await checkPrerequisites(executor);
  // Comes before any change, because a build that fails must not leave new infrastructure under the old apps.
  await makePackages(executor, root, findServices(path.join(root, 'services')));
  await ensureNetworkProvider(executor, path.join(root, 'infra', `${environment}.bicepparam`));
  await executor.run(['az', 'group', 'create', '--name', resourceGroup, '--location', location, '--output', 'none']);

  if (options.withRunCheck) await checkRuns(executor, options);
  const template = [
    ...['--resource-group', resourceGroup, '--parameters', `infra/${environment}.bicepparam`],
    ...['--parameters', `deployerId=${deployer.id}`, `deployerType=${deployer.type}`],
    ...(await budgetParameters(executor, resourceGroup)),
  ];
  await explainHidden(executor.run(['az', 'deployment', 'group', 'what-if', ...template]));
  if (!executor.isDryRun && !(await options.confirm('Deploy this?'))) throw new DeployError('Nothing was deployed.');
  const create: Command = ['az', 'deployment', 'group', 'create', '--name', 'tally', ...template];
  const outputs = await explainHidden(
    executor.read([...create, '--query', 'properties.outputs', '--output', 'json'], placeholders),
  );
  const { apiUrl, apps, storageAccount, smokeContainer } = outputsSchema.parse(JSON.parse(outputs));

  for (const { name, site } of inOrder(apps.value)) {
    const [folder, zip] = [packageFolder(name), path.join('out', `${name}.zip`)];
    await executor.act(
      `pack ${folder} as ${zip}`,
      () => zipFolder(path.join(root, folder), path.join(root, zip)),
      undefined,
    );
    await publish(executor, resourceGroup, site, zip);
    await executor.act(`remove ${zip}`, () => rm(path.join(root, zip)), undefined);
  }
  if (!options.withSmokeTest) return;
  const photoUrls =
    options.photoUrls.length > 0
      ? options.photoUrls
      : await uploadPhotos(executor, storageAccount.value, smokeContainer.value);
  const intake = apps.value.find(({ name }) => name === API_APP);
  const key = await readApiKey(executor, resourceGroup, intake?.site ?? '');
  const target = { baseUrl: apiUrl.value, key, photoUrls, say: (text: string) => executor.say(text) };
  const what = `smoke test of ${apiUrl.value}: health, a run over ${photoUrls.length} photos, empty poison queues`;
  await executor.act(what, () => smokeTest(target), undefined);
  executor.say(`Tally is up: ${apiUrl.value}/api/runs`);
}

/** Comes before any change: the new system must know what the deployed one still has to do (R8). */
async function checkRuns(executor: Executor, { resourceGroup, chains }: DeployOptions): Promise<void> {
  const app = await findApiApp(executor, resourceGroup);
  if (app === null) return;
  const { site, baseUrl } = app;
  const key = await readApiKey(executor, resourceGroup, site).catch((error: unknown) => {
    throw cannotAsk(baseUrl, error);
  });
  const system = { baseUrl, key, pause: (ms: number) => executor.pause(ms) };
  const what = `look at ${baseUrl} for live runs of chain versions that this deployment lacks`;
  await executor.act(what, () => refuseStranded(system, chains), undefined);
}

/** A budget keeps the first day that it was created with. Azure refuses another one. */
async function budgetParameters(executor: Executor, resourceGroup: string): Promise<string[]> {
  const query = "[?starts_with(name, 'budget-tally-')].timePeriod.startDate | [0]";
  const list: Command = ['az', 'consumption', 'budget', 'list', '--resource-group', resourceGroup];
  const start = await executor.read([...list, '--query', query, '--output', 'tsv'], '').catch(() => '');
  return start === '' ? [] : [`budgetStart=${start.slice(0, 10)}`];
}

/**
 * Apps that work on nodes come first. Apps that open nodes come last. So nothing is sent to an app that
 * doesn't know it yet.
 * @returns the others, then aggregate, then intake
 */
function inOrder<App extends { readonly name: string }>(apps: readonly App[]): App[] {
  const last = ['aggregate', API_APP];
  return apps.toSorted((left, right) => last.indexOf(left.name) - last.indexOf(right.name));
}

async function publish(executor: Executor, resourceGroup: string, site: string, zip: string): Promise<void> {
  const target: Command = [
    'az',
    'functionapp',
    'deployment',
    'source',
    'config-zip',
    '--resource-group',
    resourceGroup,
  ];
  const source = ['--name', site, '--src', zip, '--build-remote', 'false', '--output', 'none'];
  await whileRolesSpread(executor, () => executor.run([...target, ...source]));
}

/** What a dry run shows for names that only a deployment knows. */
const placeholders = JSON.stringify({
  apiUrl: { value: 'https://<intake-app>.azurewebsites.net' },
  apps: {
    value: ['intake', 'detect', 'orders', 'media', 'aggregate', 'face'].map((name) => ({
      name,
      site: `<${name}-app>`,
    })),
  },
  storageAccount: { value: '<storage-account>' },
  smokeContainer: { value: '<smoke-container>' },
});
