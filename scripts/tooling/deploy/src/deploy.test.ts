import path from 'node:path';
import { expect, test } from 'vitest';
import { type Command, commandText, DeployError, dryRun, type Executor } from './command.ts';
import { type DeployOptions, deploy } from './deploy.ts';
import { teardown } from './teardown.ts';

const options: DeployOptions = {
  root: path.resolve(import.meta.dirname, '../../../..'),
  resourceGroup: 'rg-demo',
  location: 'westeurope',
  environment: 'prod',
  photoUrls: [],
  withSmokeTest: true,
  withRunCheck: true,
  chains: [],
  confirm: async () => true,
};

/** An Azure in which every command works, unless `answer` gives another result for it. */
function azure(
  answer: (command: string, times: number) => string | undefined | Error,
): Executor & { readonly ran: string[] } {
  const ran: string[] = [];
  const call = (command: Command, placeholder: string): string => {
    const text = commandText(command);
    ran.push(text);
    const said = answer(text, ran.filter((before) => before === text).length);
    if (said instanceof Error) throw said;
    return said ?? placeholder;
  };
  return {
    ran,
    isDryRun: false,
    run: async (command) => void call(command, ''),
    read: async (command, placeholder) => call(command, placeholder),
    act: async (what, _, placeholder) => {
      const said = answer(`# ${what}`, 1);
      ran.push(`# ${what}`);
      if (said instanceof Error) throw said;
      return placeholder;
    },
    say: () => {},
    pause: async (ms) => void ran.push(`pause ${ms}`),
  };
}

async function dryLines(act: (executor: Executor) => Promise<void>): Promise<string[]> {
  const lines: string[] = [];
  await act(dryRun((line) => lines.push(line)));
  return lines;
}

test('a dry run prints every step in its order and asks for no consent', async () => {
  const confirm = () => Promise.reject(new Error('asked'));
  const lines = await dryLines((executor) => deploy(executor, { ...options, confirm }));
  const order = [
    /^az version/,
    /^az account show/,
    /^npm run build/,
    /^# copy out.face to out.package.face/,
    /^az provider show --namespace Microsoft\.App/,
    /^az provider register --namespace Microsoft\.App --wait/,
    /^az group create --name rg-demo --location westeurope/,
    /^az functionapp list --resource-group rg-demo/,
    /^az functionapp keys list .*<intake-app>/,
    /^# look at https:.*<intake-app>.* for live runs/,
    /^az deployment group what-if .*infra\/prod\.bicepparam/,
    /^az deployment group create .*infra\/prod\.bicepparam/,
    ...['detect', 'orders', 'media', 'face', 'aggregate', 'intake'].flatMap((name) => [
      new RegExp(`^# pack out.package.${name} as`),
      new RegExp(`config-zip .*<${name}-app>.*--build-remote false`),
    ]),
    /^az storage blob upload .*sample1\.jpg/,
    /^az storage container generate-sas .*--as-user/,
    /^# smoke test of .*3 photos/,
  ];
  const places = order.map((step) => lines.findIndex((line) => step.test(line)));
  expect(places).not.toContain(-1);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
});

test('without the Azure CLI one line says what to install', async () => {
  const executor = azure((command) => (command.startsWith('az version') ? new DeployError('ENOENT') : undefined));
  await expect(deploy(executor, options)).rejects.toThrow(/^The Azure CLI \(az\) is missing: install it .*$/);
  expect(executor.ran).toHaveLength(1);
});

test.each([
  ['2.59.0', true],
  ['1.99.9', true],
  ['2.60.0', false],
  ['3.0.0', false],
])('Azure CLI %s is too old: %s', async (version, isTooOld) => {
  const executor = azure((command) => (command.startsWith('az version') ? version : undefined));
  const done = deploy(executor, { ...options, withSmokeTest: false });
  if (isTooOld) await expect(done).rejects.toThrow(/2\.60 or newer is needed: az upgrade/);
  else await expect(done).resolves.toBeUndefined();
});

test('a user who is not signed in is told how to sign in', async () => {
  const executor = azure((command) => (command.startsWith('az account') ? new DeployError('no') : undefined));
  await expect(deploy(executor, options)).rejects.toThrow(/not signed in: az login/);
});

test('a service principal deploys under its own object id', async () => {
  const account = JSON.stringify({ id: 's', name: 'n', user: { name: 'app-id', type: 'servicePrincipal' } });
  const executor = azure((command) => {
    if (command.startsWith('az account')) return account;
    return command.startsWith('az ad sp show --id app-id') ? 'object-id' : undefined;
  });
  await deploy(executor, options);
  expect(executor.ran.join('\n')).toMatch(/group create .*deployerId=object-id deployerType=ServicePrincipal/);
});

test('nothing is deployed if the user rejects the changes', async () => {
  const executor = azure(() => undefined);
  await expect(deploy(executor, { ...options, confirm: async () => false })).rejects.toThrow('Nothing was deployed.');
  expect(executor.ran.some((command) => command.includes('what-if'))).toBe(true);
  expect(executor.ran.some((command) => command.startsWith('az deployment group create'))).toBe(false);
});

test('nothing in Azure is changed when the build fails', async () => {
  const executor = azure((command) => (command.startsWith('npm run build') ? new DeployError('no build') : undefined));
  await expect(deploy(executor, options)).rejects.toThrow('no build');
  expect(executor.ran.filter((command) => / (create|register|what-if|update) /.test(command))).toEqual([]);
});

test('publishing is retried while roles propagate, and fails on any other fault', async () => {
  const early = azure((command, times) =>
    command.includes('config-zip') && command.includes('<detect-app>') && times < 3
      ? new DeployError('Status Code: 403, Details: Forbidden')
      : undefined,
  );
  await deploy(early, options);
  expect(
    early.ran.filter((command) => command.includes('<detect-app>') && command.includes('config-zip')),
  ).toHaveLength(3);
  expect(early.ran.filter((command) => command.startsWith('pause'))).toHaveLength(2);
  const broken = azure((command) => (command.includes('config-zip') ? new DeployError('zip is broken') : undefined));
  await expect(deploy(broken, options)).rejects.toThrow('zip is broken');
  expect(broken.ran.filter((command) => command.startsWith('pause'))).toEqual([]);
});

test('the budget keeps its first start date', async () => {
  const executor = azure((command) => (command.includes('consumption budget') ? '2026-03-01T00:00:00Z' : undefined));
  await deploy(executor, options);
  expect(executor.ran.find((command) => command.includes('group create --name tally'))).toContain(
    'budgetStart=2026-03-01',
  );
});

test('a teardown deletes the group and purges what Azure only soft-deletes', async () => {
  const lines = await dryLines((executor) => teardown(executor, 'rg-demo', async () => true));
  const rest = lines.slice(lines.findIndex((line) => line.startsWith('az group delete')));
  expect(rest.map((line) => line.split(' --')[0])).toEqual([
    'az group delete',
    'az keyvault purge',
    'az cognitiveservices account purge',
  ]);
});

test('a teardown of a group without Tally, or without consent, deletes nothing', async () => {
  const empty = azure((command) => (command.startsWith('az resource list') ? '[]' : undefined));
  await expect(teardown(empty, 'rg-other', async () => true)).rejects.toThrow(/rg-other contains no Tally/);
  const unsure = azure(() => undefined);
  await expect(teardown(unsure, 'rg-demo', async () => false)).rejects.toThrow('Nothing was deleted.');
  for (const { ran } of [empty, unsure]) expect(ran.some((command) => command.includes('delete'))).toBe(false);
});

test('only a private network needs the provider, which is registered if it is not yet', async () => {
  const registered = azure((command) => (command.startsWith('az provider show') ? 'Registered' : undefined));
  await deploy(registered, options);
  expect(registered.ran.filter((command) => command.startsWith('az provider register'))).toEqual([]);
  const dev = azure(() => undefined);
  await deploy(dev, { ...options, environment: 'dev' });
  expect(dev.ran.filter((command) => command.startsWith('az provider'))).toEqual([]);
  const refused = azure((command) =>
    command.startsWith('az provider register') ? new DeployError('AuthorizationFailed') : undefined,
  );
  await expect(deploy(refused, options)).rejects.toThrow(
    /Ask an owner .*az provider register --namespace Microsoft\.App/,
  );
});

test.each([
  ['VaultAlreadyExists: The vault name is already in use', 'az keyvault purge'],
  ['A vault with the same name already exists in deleted but recoverable state', 'az keyvault purge'],
  ['FlagMustBeSetForRestore: An existing resource has been soft-deleted', 'az cognitiveservices account purge'],
])('a deployment that meets a soft-deleted resource (%s) says how to remove it', async (said, command) => {
  const executor = azure((text) => (text.includes('group create --name tally') ? new DeployError(said) : undefined));
  await expect(deploy(executor, options)).rejects.toThrow(command);
  await expect(deploy(executor, options)).rejects.toThrow(said);
});

/** Commands that change something in Azure other than the resource group. */
const CHANGES = /deployment group create|config-zip/;

test('R8: nothing is changed if the deployed system has live runs that the new one does not know', async () => {
  const refused = azure((command) => (command.startsWith('# look at') ? new DeployError('live runs') : undefined));
  await expect(deploy(refused, options)).rejects.toThrow('live runs');
  expect(refused.ran.at(-1)).toMatch(/^# look at/);
  expect(refused.ran.filter((command) => CHANGES.test(command))).toEqual([]);
});

test.each([
  ['of nothing yet', []],
  ['with other apps alone', [{ site: 'intake', host: 'intake.example', tags: null }]],
  ['of another product', [{ site: 'x', host: 'x.example', tags: { product: 'x', 'azd-service-name': 'intake' } }]],
  ['without its intake', [{ site: 'x', host: 'x.example', tags: { product: 'tally', 'azd-service-name': 'face' } }]],
])('R8: in a resource group %s the first deployment needs no look at live runs', async (_, apps) => {
  const executor = azure((command) => (command.startsWith('az functionapp list') ? JSON.stringify(apps) : undefined));
  await deploy(executor, { ...options, withSmokeTest: false });
  expect(executor.ran.filter((command) => /^# look at|keys list/.test(command))).toEqual([]);
  expect(executor.ran.some((command) => CHANGES.test(command))).toBe(true);
});

test('R8: the existing intake app is found by its tags and asked', async () => {
  const tags = { product: 'tally', 'azd-service-name': 'intake' };
  const apps = [
    { site: 'func-face-1', host: 'face.example', tags: { ...tags, 'azd-service-name': 'face' } },
    { site: 'func-intake-1', host: 'intake.example', tags },
  ];
  const executor = azure((command) => (command.startsWith('az functionapp list') ? JSON.stringify(apps) : undefined));
  await deploy(executor, { ...options, withSmokeTest: false });
  expect(executor.ran.find((command) => command.includes('keys list'))).toContain('--name func-intake-1 ');
  expect(executor.ran.find((command) => command.startsWith('# look at'))).toContain('https://intake.example ');
});

test('R8: a system whose key cannot be read is reported as unreachable', async () => {
  const executor = azure((command) => (command.includes('keys list') ? new DeployError('host is down') : undefined));
  await expect(deploy(executor, options)).rejects.toThrow(
    /<intake-app>.*can't be asked for its live runs: host is down.*--no-run-check/,
  );
  expect(executor.ran.filter((command) => CHANGES.test(command))).toEqual([]);
});

test('R8: an option skips the look', async () => {
  const executor = azure((command) => (command.startsWith('# look at') ? new DeployError('live runs') : undefined));
  await deploy(executor, { ...options, withRunCheck: false, withSmokeTest: false });
  expect(executor.ran.filter((command) => /^# look at|functionapp list/.test(command))).toEqual([]);
});
