import { appOf, appsIn, lastName, ofType, property, type Snapshot, settingsOf } from '../snapshot.ts';
import { difference, mustBe, type Policy } from './policy.ts';

const sites = (snapshot: Snapshot) => ofType(snapshot, 'Microsoft.Web/sites');

/** The host distinguishes apps on one storage account by this many characters of their names. */
const HOST_ID_CHARS = 32;

/** Settings that the Functions host and the platform read. Every other setting must be read by a service. */
const hostSettings = new Set([
  'AzureWebJobsStorage__blobServiceUri',
  'AzureWebJobsStorage__accountName',
  'AzureWebJobsStorage__credential',
  'AzureWebJobsStorage__clientId',
  'AZURE_CLIENT_ID',
  'APPLICATIONINSIGHTS_CONNECTION_STRING',
  'APPLICATIONINSIGHTS_AUTHENTICATION_STRING',
  // A part of the triggers' connection, in addition to the parts that the app reads.
  'TallyStorage__credential',
]);

/** The host's own limit for the body of a request, in bytes. */
const BODY_LIMIT = 'FUNCTIONS_REQUEST_BODY_SIZE_LIMIT';
const MIB = 1024 * 1024;

export const appPolicies: readonly Policy[] = [
  {
    says: 'apps take HTTPS with TLS 1.2 only',
    check: (snapshot) => [
      ...mustBe(sites(snapshot), (site) => property(site, 'httpsOnly'), true, 'httpsOnly'),
      ...mustBe(sites(snapshot), (site) => property(site, 'siteConfig.minTlsVersion'), '1.2', 'minTlsVersion'),
      ...mustBe(sites(snapshot), (site) => property(site, 'siteConfig.scmMinTlsVersion'), '1.2', 'scmMinTlsVersion'),
    ],
  },
  {
    says: 'nothing is published with a password',
    check: (snapshot) => {
      const policies = ofType(snapshot, 'Microsoft.Web/sites/basicPublishingCredentialsPolicies');
      const wanted = sites(snapshot).flatMap(({ name }) => [`${name}/ftp`, `${name}/scm`]);
      return [
        ...difference(
          policies.map(({ name }) => name),
          wanted,
          'publishing policy',
        ),
        ...mustBe(policies, (policy) => property(policy, 'allow'), false, 'allow'),
      ];
    },
  },
  {
    says: 'apps name no state of FTP, which their plan refuses',
    check: (snapshot) =>
      sites(snapshot)
        .filter((site) => JSON.stringify(site).includes('"ftpsState"'))
        .map(({ name }) => `${name}: ftpsState is refused`),
  },
  {
    says: 'apps run on Flex Consumption with Node 24, with available memory, and fetch their package by identity',
    check: (snapshot) => [
      ...mustBe(ofType(snapshot, 'Microsoft.Web/serverfarms'), ({ sku }) => sku?.['name'], 'FC1', 'sku'),
      ...mustBe(
        ofType(snapshot, 'Microsoft.Web/serverfarms'),
        (plan) => property(plan, 'reserved'),
        true,
        'reserved (Linux)',
      ),
      ...mustBe(sites(snapshot), ({ kind }) => kind, 'functionapp,linux', 'kind'),
      ...mustBe(sites(snapshot), (site) => property(site, 'functionAppConfig.runtime.name'), 'node', 'runtime'),
      ...mustBe(sites(snapshot), (site) => property(site, 'functionAppConfig.runtime.version'), '24', 'Node'),
      ...mustBe(
        sites(snapshot),
        (site) => property(site, 'functionAppConfig.deployment.storage.authentication.type'),
        'UserAssignedIdentity',
        'authentication of the package',
      ),
      ...sites(snapshot)
        .filter((site) => property(site, 'functionAppConfig.scaleAndConcurrency.instanceMemoryMB') === 512)
        .map(({ name }) => `${name}: 512 MB is refused by some regions`),
    ],
  },
  {
    says: 'every app has a container for its package',
    check: (snapshot) => {
      const containers = ofType(snapshot, 'Microsoft.Storage/storageAccounts/blobServices/containers').map(lastName);
      return sites(snapshot)
        .map((site) => `package-${appOf(site)}`)
        .filter((name) => !containers.includes(name))
        .map((name) => `container ${name} is missing`);
    },
  },
  {
    says: 'there is an app for every node of the chains, and one for faces unless Azure looks at them',
    check: (snapshot, { chains }) => {
      const azure = ofType(snapshot, 'Microsoft.CognitiveServices/accounts').length > 0;
      const wanted = [...appsIn(snapshot, chains).map(({ name }) => name), ...(azure ? [] : ['face'])];
      return difference(sites(snapshot).map(appOf), wanted, 'app');
    },
  },
  {
    says: 'apps differ in the first 32 characters of their names',
    check: (snapshot) => {
      const heads = sites(snapshot).map(({ name }) => name.slice(0, HOST_ID_CHARS));
      return heads.filter((head, index) => heads.indexOf(head) !== index).map((head) => `two apps begin with ${head}`);
    },
  },
  {
    says: 'every setting that an app requires is set to a valid value',
    check: (snapshot, { services }) =>
      sites(snapshot).flatMap((site) => {
        const service = services.get(appOf(site));
        if (service === undefined) return [`${site.name}: services/${appOf(site)} has no settings.config.ts`];
        return service.faults(examplesOf(settingsOf(site))).map((fault) => `${site.name}: ${fault}`);
      }),
  },
  {
    says: 'the app or its host reads each setting',
    check: (snapshot, { services }) =>
      sites(snapshot).flatMap((site) =>
        [...settingsOf(site).keys()]
          .filter(
            (name) =>
              !hostSettings.has(name) && name !== BODY_LIMIT && services.get(appOf(site))?.names.has(name) !== true,
          )
          .map((name) => `${site.name}: no app reads ${name}`),
      ),
  },
  {
    says: 'the host of the API takes what the API takes, and no body far beyond that',
    check: (snapshot) =>
      sites(snapshot)
        .filter((site) => appOf(site) === 'intake')
        .filter((site) => {
          const limit = Number(settingsOf(site).get(BODY_LIMIT));
          return !(limit > 32 * MIB && limit <= 40 * MIB);
        })
        .map(({ name }) => `${name}: ${BODY_LIMIT} must be above 32 MiB and at most 40`),
  },
  {
    says: 'apps that use files have the address of the blob service',
    check: (snapshot, { chains }) => {
      const using = appsIn(snapshot, chains).filter(({ containers }) => containers.length > 0);
      return sites(snapshot)
        .filter((site) => using.some(({ name }) => name === appOf(site)))
        .filter((site) => !settingsOf(site).has('TallyStorage__blobServiceUri'))
        .map(({ name }) => `${name}: TallyStorage__blobServiceUri is missing`);
    },
  },
  {
    says: 'every app finds its host storage, its identity and its telemetry',
    check: (snapshot) =>
      sites(snapshot).flatMap((site) => {
        const needed = [...hostSettings].filter((name) => appOf(site) !== 'face' || !name.startsWith('TallyStorage'));
        return needed.filter((name) => !settingsOf(site).has(name)).map((name) => `${site.name}: ${name} is missing`);
      }),
  },
];

/** For a value that is known only after the deployment, an example of it. */
function examplesOf(settings: ReadonlyMap<string, string>): Record<string, string> {
  return Object.fromEntries([...settings].map(([name, value]) => [name, exampleOf(value)]));
}

function exampleOf(value: string): string {
  if (!value.startsWith('[')) return value;
  const service = /\.primaryEndpoints\.(\w+)\]$/.exec(value)?.[1];
  if (service !== undefined) return `https://account.${service}.core.windows.net/`;
  if (/^\[format\('https:\/\/\{0\}', .*\.defaultHostName\)\]$/.test(value)) return 'https://app.azurewebsites.net';
  if (value.endsWith('.clientId]')) return '00000000-0000-0000-0000-000000000000';
  return 'known after the deployment';
}
