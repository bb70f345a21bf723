import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { SNAPSHOTS } from '../compile.ts';
import { readServiceSettings } from '../service-settings.ts';
import { readChains, readSnapshot, type Snapshot } from '../snapshot.ts';
import { policies } from './all.ts';
import {
  drop,
  dropSetting,
  output,
  rename,
  resku,
  retitle,
  set,
  setIn,
  setting,
  twice,
} from './broken-copies.fixture.ts';
import type { Facts } from './policy.ts';

const root = path.resolve(import.meta.dirname, '../../../../..');
const infraDir = path.join(root, 'infra');
const facts: Facts = {
  chains: readChains(infraDir),
  services: await readServiceSettings(path.join(root, 'services')),
};

const STORAGE = 'Microsoft.Storage/storageAccounts';
const SITE = 'Microsoft.Web/sites';
const ROLE = 'Microsoft.Authorization/roleAssignments';
const VAULT = 'Microsoft.KeyVault/vaults';
const FACE = 'Microsoft.CognitiveServices/accounts';

test.each(SNAPSHOTS)('the committed snapshot of %s keeps every policy', (name) => {
  const snapshot = readSnapshot(infraDir, name);
  expect(policies.flatMap(({ check }) => check(snapshot, facts))).toEqual([]);
});

/** A change that breaks a copy, and what a policy then says. */
type Break = readonly [
  what: string,
  policy: string,
  snapshot: (typeof SNAPSHOTS)[number],
  change: (copy: Snapshot) => void,
  said: RegExp,
];

const breaks: readonly Break[] = [
  ['shared keys', 'no shared keys', 'dev', set(STORAGE, 'allowSharedKeyAccess', true), /sttally.*is true/],
  ['no word of shared keys', 'no shared keys', 'dev', set(STORAGE, 'allowSharedKeyAccess', null), /allowSharedKey/],
  [
    'plain HTTP to storage',
    'storage accounts take HTTPS',
    'dev',
    set(STORAGE, 'supportsHttpsTrafficOnly', false),
    /HTTPS/,
  ],
  ['TLS 1.0 to storage', 'storage accounts take HTTPS', 'prod', set(STORAGE, 'minimumTlsVersion', 'TLS1_0'), /TLS1_0/],
  ['public blobs', 'no blob is public', 'dev', set(STORAGE, 'allowBlobPublicAccess', true), /public blobs/],
  [
    'a public container',
    'no blob is public',
    'dev',
    set(`${STORAGE}/blobServices/containers`, 'publicAccess', 'Blob'),
    /Blob/,
  ],
  [
    'a misspelt queue',
    'queues are those of the chain',
    'dev',
    rename('/queues/detect', '/queues/detct'),
    /detect is missing/,
  ],
  [
    'an app of a chain that this deployment leaves out',
    'an app for every node',
    'dev',
    output('chains', ['media']),
    /no declaration has the app detect/,
  ],
  [
    'no container for the files of runs',
    'containers of files',
    'dev',
    drop('/containers/runs'),
    /container runs is missing/,
  ],
  [
    'an app that finds no files',
    'address of the blob service',
    'dev',
    dropSetting('TallyStorage__blobServiceUri'),
    /func-media.*blobServiceUri is missing/,
  ],
  [
    'links signed by an app that may not',
    'and no other',
    'prod',
    drop("/storageAccounts/sttally[a-z0-9]+', 'Microsoft.Authorization.*"),
    /missing: orders: Storage Blob Delegator on storageAccounts.sttally/,
  ],
  ['unused files', 'and no other', 'dev', drop("/library', .*2a2b9908.*"), /missing: intake: .* on containers/],
  [
    'a secret that its reader may not read',
    'and no other',
    'prod',
    drop("/secrets/smtp-password', 'Microsoft.Authorization.*"),
    /missing: orders: Key Vault Secrets User on secrets.smtp-password/,
  ],
  ['a queue without poison queue', 'its poison queue', 'dev', drop('/queues/detect-poison'), /no queue detect-poison/],
  ['a table too few', 'tables are those', 'prod', drop('/tables/deadletters'), /table deadletters is missing/],
  [
    'a table too many',
    'tables are those',
    'prod',
    rename('/tables/deadletters', '/tables/extra'),
    /no declaration has the table extra/,
  ],
  [
    'a role that is named by no principal',
    'named by the principal',
    'dev',
    retitle(ROLE, 'a'),
    /for another principal/,
  ],
  ['a storage name in capitals', 'names follow', 'dev', retitle(STORAGE, 'StTally'), /small letters/],
  ['a vault name of 25 characters', 'names follow', 'dev', retitle(VAULT, `kv-${'a'.repeat(22)}`), /3 to 24/],
  ['plain HTTP to an app', 'apps take HTTPS', 'dev', set(SITE, 'httpsOnly', false), /httpsOnly/],
  ['TLS 1.0 to an app', 'apps take HTTPS', 'dev', setIn(SITE, 'siteConfig', { minTlsVersion: '1.0' }), /minTlsVersion/],
  [
    'TLS 1.0 for publishing',
    'apps take HTTPS',
    'dev',
    setIn(SITE, 'siteConfig', { scmMinTlsVersion: '1.1' }),
    /scmMin/,
  ],
  ['FTP', 'no state of FTP', 'dev', setIn(SITE, 'siteConfig', { ftpsState: 'Disabled' }), /ftpsState is refused/],
  [
    'publishing passwords',
    'published with a password',
    'dev',
    set(`${SITE}/basicPublishingCredentialsPolicies`, 'allow', true),
    /allow/,
  ],
  [
    'no word of publishing passwords',
    'published with a password',
    'dev',
    drop('/basicPublishingCredentialsPolicies/scm'),
    /scm is missing/,
  ],
  ['another plan', 'Flex Consumption', 'dev', resku('Microsoft.Web/serverfarms', 'Y1'), /Y1/],
  [
    'an old Node',
    'Flex Consumption',
    'dev',
    setIn(SITE, 'functionAppConfig', { runtime: { name: 'node', version: '20' } }),
    /Node is "20"/,
  ],
  [
    '512 MB',
    'Flex Consumption',
    'dev',
    setIn(SITE, 'functionAppConfig', { scaleAndConcurrency: { instanceMemoryMB: 512 } }),
    /512/,
  ],
  [
    'a package by key',
    'Flex Consumption',
    'dev',
    setIn(SITE, 'functionAppConfig', {
      deployment: { storage: { authentication: { type: 'StorageAccountConnectionString' } } },
    }),
    /StorageAccountConnectionString/,
  ],
  [
    'no container for a package',
    'container for its package',
    'dev',
    drop('/containers/package-aggregate'),
    /package-aggregate/,
  ],
  ['no app for a node', 'an app for every node', 'dev', drop('/sites/func-detect-[a-z0-9]+'), /app detect is missing/],
  ['no face app', 'an app for every node', 'dev', drop('/sites/func-face-[a-z0-9]+'), /app face is missing/],
  ['names alike', 'first 32 characters', 'dev', retitle(SITE, 'f'.repeat(40)), /two apps begin/],
  ['a required setting missing', 'setting that an app requires', 'dev', dropSetting('FACE_ENDPOINT'), /FACE_ENDPOINT/],
  [
    'a setting out of bounds',
    'setting that an app requires',
    'prod',
    setting('aggregate', 'TALLY_RETENTION_DAYS', '0'),
    /at least 1/,
  ],
  [
    'a plain http face',
    'setting that an app requires',
    'dev',
    setting('detect', 'FACE_ENDPOINT', 'http://face.example'),
    /plain http/,
  ],
  [
    'the key of the face app missing',
    'setting that an app requires',
    'dev',
    dropSetting('FACE_KEY'),
    /func-face.*FACE_KEY/,
  ],
  [
    'a setting that no app reads',
    'host reads each setting',
    'dev',
    setting('intake', 'TALLY_LOGLEVEL', 'info'),
    /no app reads TALLY_LOGLEVEL/,
  ],
  [
    'a host that takes bodies of any size',
    'the host of the API',
    'dev',
    dropSetting('FUNCTIONS_REQUEST_BODY_SIZE_LIMIT'),
    /REQUEST_BODY_SIZE_LIMIT must be above 32 MiB/,
  ],
  [
    'no host storage',
    'host storage',
    'dev',
    dropSetting('AzureWebJobsStorage__blobServiceUri'),
    /blobServiceUri is missing/,
  ],
  [
    'no credential for the triggers',
    'host storage',
    'dev',
    dropSetting('TallyStorage__credential'),
    /TallyStorage__credential/,
  ],
  [
    'an unknown role',
    'every role is a known one',
    'dev',
    set(ROLE, 'roleDefinitionId', '/x/b24988ac-6180-42a0-ab88-20f7382dd24c'),
    /b24988ac/,
  ],
  ['a role too few', 'and no other', 'dev', drop(`${ROLE}', .*`), /missing: intake: Storage Queue Data Contributor/],
  ['a role too many', 'and no other', 'dev', twice(ROLE), /twice: /],
  [
    'a role on all queues',
    'and no other',
    'dev',
    rename("/queueServices/default/queues/detect', 'Microsoft.Authorization", "', 'Microsoft.Authorization"),
    /not needed: .* on storageAccounts\/sttally/,
  ],
  [
    'a role for the wrong app',
    'and no other',
    'dev',
    set(ROLE, 'principalId', "[reference('/userAssignedIdentities/id-face-x').principalId]"),
    /not needed: face: Storage Queue/,
  ],
  [
    'an identity that is shared',
    'identity of its own',
    'dev',
    set(SITE, 'keyVaultReferenceIdentity', '/id-x'),
    /not an identity of this deployment.*\n.*shared/s,
  ],
  [
    'a key in an output',
    'no output holds a secret',
    'dev',
    output('storage', "[listKeys('x', '2025-01-01').keys[0].value]"),
    /output storage/,
  ],
  ['a secret by name in an output', 'no output holds a secret', 'dev', output('faceKey', 'x'), /output faceKey/],
  [
    'a secret in a setting',
    'no setting holds a secret',
    'dev',
    setting('detect', 'FACE_KEY', 'hello'),
    /FACE_KEY holds a secret/,
  ],
  [
    'a connection string in a setting',
    'no setting holds a secret',
    'dev',
    setting('intake', 'TallyStorage', 'AccountKey=abc'),
    /TallyStorage holds/,
  ],
  [
    'a key outside of the vault',
    'secrets are created only',
    'dev',
    set(STORAGE, 'note', '[newGuid()]'),
    /sttally.* holds a secret/,
  ],
  [
    'a vault with access policies',
    'vault is by roles',
    'dev',
    set(VAULT, 'enableRbacAuthorization', false),
    /enableRbac/,
  ],
  [
    "a key for Azure's Face",
    'where it is used',
    'azure-face',
    set(FACE, 'disableLocalAuth', false),
    /disableLocalAuth/,
  ],
  [
    "Azure's Face without a name",
    'where it is used',
    'azure-face',
    set(FACE, 'customSubDomainName', null),
    /customSubDomainName/,
  ],
  [
    'telemetry by key',
    'telemetry is accepted',
    'dev',
    set('Microsoft.Insights/components', 'DisableLocalAuth', false),
    /DisableLocal/,
  ],
  [
    'logs without end',
    'telemetry is accepted',
    'dev',
    set('Microsoft.OperationalInsights/workspaces', 'workspaceCapping', {}),
    /no daily cap/,
  ],
  [
    'no alert on poison',
    'an alert for each fault',
    'dev',
    drop('/scheduledQueryRules/alert-poison-.*'),
    /queue\.poison/,
  ],
  [
    'a sleeping alert',
    'an alert for each fault',
    'dev',
    set('Microsoft.Insights/scheduledQueryRules', 'enabled', false),
    /enabled/,
  ],
  [
    'an alert without a recipient',
    'an alert for each fault',
    'dev',
    set('Microsoft.Insights/scheduledQueryRules', 'actions', {}),
    /has no recipient/,
  ],
  [
    'no private endpoint',
    'private endpoint for each',
    'prod',
    drop('/privateEndpoints/pe-tally-queue-.*'),
    /no private endpoint for queue/,
  ],
  [
    'an open vault',
    'closed to the public, or',
    'prod',
    set(VAULT, 'publicNetworkAccess', 'Enabled'),
    /kv-tally.* is open/,
  ],
  [
    'apps outside of the network',
    'apps are in the network',
    'prod',
    set(SITE, 'virtualNetworkSubnetId', null),
    /intake is not in the network/,
  ],
  [
    'a subnet without delegation',
    'apps are in the network',
    'prod',
    set('Microsoft.Network/virtualNetworks', 'subnets', []),
    /not delegated/,
  ],
];

test.each(breaks)('%s breaks: %s', (_, says, name, change, said) => {
  const [policy, ...others] = policies.filter((known) => known.says.includes(says));
  expect([policy?.says, others]).toEqual([expect.any(String), []]);
  const copy = structuredClone(readSnapshot(infraDir, name));
  change(copy);
  expect(policy?.check(copy, facts).join('\n')).toMatch(said);
});

test('every policy fails in a test', () => {
  const unbroken = policies.filter(({ says }) => !breaks.some(([, part]) => says.includes(part)));
  expect(unbroken.map(({ says }) => says)).toEqual([]);
});

describe('the settings of services', () => {
  test('are known for every app of the chains, and for the face service', () => {
    const apps = facts.chains.apps.map(({ name }) => name);
    expect([...facts.services.keys()].sort()).toEqual([...apps, 'face'].sort());
  });
});
