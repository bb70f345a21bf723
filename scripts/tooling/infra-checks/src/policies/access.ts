import { appOf, appsIn, ofType, property, type Resource, type Snapshot, settingsOf, textAt } from '../snapshot.ts';
import { type Facts, mustBe, type Policy } from './policy.ts';

/** Azure's built-in roles that Tally uses. Their ids are the same in every subscription. */
const ROLES: Readonly<Record<string, string>> = {
  '974c5e8b-45b9-4653-ba55-5f855dd0fb88': 'Storage Queue Data Contributor',
  'c6a89b2d-59bc-44d0-9896-0f6e12d7b80a': 'Storage Queue Data Message Sender',
  '19e7f393-937e-4f77-808e-94535e297925': 'Storage Queue Data Reader',
  '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3': 'Storage Table Data Contributor',
  'b7e6dc6d-f1e8-4753-8033-0f276bb0955b': 'Storage Blob Data Owner',
  'ba92f5b4-2d11-453d-a403-e96b0029c9fe': 'Storage Blob Data Contributor',
  '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1': 'Storage Blob Data Reader',
  'db58b8e5-c6ad-4a2a-8342-4190687cbf4a': 'Storage Blob Delegator',
  '3913510d-42f4-4e42-8a64-420c390055eb': 'Monitoring Metrics Publisher',
  'a97b65f3-24c7-4388-baec-2e87135dc908': 'Cognitive Services User',
  '4633458b-17de-408a-b874-0445c86b69e6': 'Key Vault Secrets User',
};

const assignments = (snapshot: Snapshot) => ofType(snapshot, 'Microsoft.Authorization/roleAssignments');

/** `who: role on what`. */
interface Grant {
  /** An app, or `deployer`. */
  readonly who: string;
  readonly role: string;
  /** The scope's type and name, such as `queues/detect`. */
  readonly on: string;
}

export const accessPolicies: readonly Policy[] = [
  {
    says: 'every role is a known one',
    check: (snapshot) =>
      assignments(snapshot)
        .filter((assignment) => ROLES[roleId(assignment)] === undefined)
        .map((assignment) => `${assignment.name}: ${roleId(assignment)} is an unknown role`),
  },
  {
    says: 'a role of an app is named by the principal that has it: an identity made again is another one',
    check: (snapshot) =>
      assignments(snapshot)
        .filter((assignment) => textAt(assignment, 'principalId').startsWith('['))
        .filter(({ name }) => !name.includes(').principalId,'))
        .map(({ name }) => `${name} would be the same for another principal`),
  },
  {
    says: 'every app has an identity of its own, for itself, its package and its secrets',
    check: (snapshot) => {
      const identities = ofType(snapshot, 'Microsoft.ManagedIdentity/userAssignedIdentities').map(({ id }) => id);
      const sites = ofType(snapshot, 'Microsoft.Web/sites');
      const used = sites.map((site) => textAt(site, 'keyVaultReferenceIdentity'));
      return [
        ...used.filter((id) => !identities.includes(id)).map((id) => `${id} is not an identity of this deployment`),
        ...used.filter((id, index) => used.indexOf(id) !== index).map((id) => `${id} is shared by two apps`),
        ...sites.flatMap((site, index) =>
          mustBe(
            [site],
            () => property(site, 'functionAppConfig.deployment.storage.authentication.userAssignedIdentityResourceId'),
            used[index] ?? '',
            'identity of the package',
          ),
        ),
        ...sites
          .filter((site, index) => !JSON.stringify(site.identity).includes(`"${used[index]}":{}`))
          .map(({ name }) => `${name} doesn't have the identity that it uses`),
      ];
    },
  },
  {
    says: 'every identity has the roles that it needs, on what it needs them for, and no other',
    check: (snapshot, facts) => {
      const has = assignments(snapshot).map((assignment) => textOf(grantOf(assignment)));
      const needs = neededGrants(snapshot, facts).map(textOf);
      return [
        ...needs.filter((grant) => !has.includes(grant)).map((grant) => `missing: ${grant}`),
        ...has.filter((grant) => !needs.includes(grant)).map((grant) => `not needed: ${grant}`),
        ...has.filter((grant, index) => has.indexOf(grant) !== index).map((grant) => `twice: ${grant}`),
      ];
    },
  },
];

/** Derived from what the apps do, not from the Bicep files. */
function neededGrants(snapshot: Snapshot, { chains }: Facts): Grant[] {
  const sites = ofType(snapshot, 'Microsoft.Web/sites');
  const apps = sites.map(appOf);
  const accountOf = (app: string) => (app === 'face' ? 'stface' : 'sthost');
  const azureFace = ofType(snapshot, 'Microsoft.CognitiveServices/accounts').length > 0;
  const deployerHasAccess = assignments(snapshot).some((assignment) => grantOf(assignment).who === 'deployer');
  const working = appsIn(snapshot, chains);
  // If no chain keeps files, there is nothing to open.
  const keepsFiles = working.some((app) => app.chains.length > 0 && app.containers.length > 0);
  const kept = working.flatMap(({ containers }) => containers);
  return [
    ...working.flatMap(({ name, consumes, sendsTo, watches, tables, containers, opens, signsLinks }) => [
      ...consumes.map((queue) => ({ who: name, role: 'Storage Queue Data Contributor', on: `queues/${queue}` })),
      ...sendsTo.map((queue) => ({ who: name, role: 'Storage Queue Data Message Sender', on: `queues/${queue}` })),
      ...watches.map((queue) => ({ who: name, role: 'Storage Queue Data Reader', on: `queues/${queue}` })),
      ...[...chains.tables, ...tables].map((table) => ({
        who: name,
        role: 'Storage Table Data Contributor',
        on: `tables/${table}`,
      })),
      ...containers.map((container) => ({
        who: name,
        role: 'Storage Blob Data Contributor',
        on: `containers/${container}`,
      })),
      ...opens
        .filter((container) => kept.includes(container))
        .map((container) => ({ who: name, role: 'Storage Blob Data Reader', on: `containers/${container}` })),
      ...(signsLinks && keepsFiles
        ? [{ who: name, role: 'Storage Blob Delegator', on: 'storageAccounts/sttally' }]
        : []),
    ]),
    ...apps.map((who) => ({ who, role: 'Storage Blob Data Owner', on: `storageAccounts/${accountOf(who)}` })),
    ...apps.map((who) => ({ who, role: 'Monitoring Metrics Publisher', on: 'components/appi' })),
    ...(azureFace ? [{ who: 'detect', role: 'Cognitive Services User', on: 'accounts/face' }] : []),
    ...sites.flatMap((site) =>
      secretsOf(site).map((secret) => ({
        who: appOf(site),
        role: 'Key Vault Secrets User',
        on: `secrets/${secret}`,
      })),
    ),
    ...(deployerHasAccess
      ? [
          { who: 'deployer', role: 'Storage Blob Data Contributor', on: 'containers/smoke-photos' },
          { who: 'deployer', role: 'Storage Blob Delegator', on: 'storageAccounts/sttally' },
        ]
      : []),
  ];
}

/** Names of the secrets to which an app's settings refer. */
function secretsOf(site: Resource): string[] {
  return [...settingsOf(site).values()].flatMap((value) => /SecretName=([\w-]+)\)/.exec(value)?.[1] ?? []);
}

function grantOf(assignment: Resource): Grant {
  const [type = '', name = ''] = scopeOf(assignment).split('/').slice(-2);
  const isNamedByChain = ['queues', 'tables', 'containers', 'secrets'].includes(type);
  const identity = /userAssignedIdentities\/id-(\w+)-/.exec(textAt(assignment, 'principalId'));
  return {
    who: identity?.[1] ?? 'deployer',
    role: ROLES[roleId(assignment)] ?? roleId(assignment),
    // Other names end in a globally unique part. The part before it is enough.
    on: `${type}/${isNamedByChain ? name : name.replace(/-.*$/, '').replace(/^(sttally|sthost|stface).*$/, '$1')}`,
  };
}

/**
 * If an assignment's name is known only after the deployment, its id is an expression that begins with the
 * scope.
 */
function scopeOf({ id }: Resource): string {
  const inExpression = /^\[extensionResourceId\('([^']+)'/.exec(id)?.[1];
  return inExpression ?? id.slice(0, id.indexOf('/providers/Microsoft.Authorization/roleAssignments/'));
}

function textOf({ who, role, on }: Grant): string {
  return `${who}: ${role} on ${on}`;
}

function roleId(assignment: Resource): string {
  return textAt(assignment, 'roleDefinitionId').split('/').at(-1) ?? '';
}
