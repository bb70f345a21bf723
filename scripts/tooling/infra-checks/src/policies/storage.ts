import { appsIn, lastName, ofType, property, type Snapshot } from '../snapshot.ts';
import { difference, mustBe, type Policy } from './policy.ts';

const ACCOUNT = 'Microsoft.Storage/storageAccounts';
const accounts = (snapshot: Snapshot) => ofType(snapshot, ACCOUNT);

export const storagePolicies: readonly Policy[] = [
  {
    says: 'storage accounts allow no shared keys',
    check: (snapshot) =>
      mustBe(accounts(snapshot), (account) => property(account, 'allowSharedKeyAccess'), false, 'allowSharedKeyAccess'),
  },
  {
    says: 'storage accounts take HTTPS with TLS 1.2 only',
    check: (snapshot) => [
      ...mustBe(accounts(snapshot), (account) => property(account, 'supportsHttpsTrafficOnly'), true, 'HTTPS only'),
      ...mustBe(accounts(snapshot), (account) => property(account, 'minimumTlsVersion'), 'TLS1_2', 'minimumTlsVersion'),
    ],
  },
  {
    says: 'no blob is public',
    check: (snapshot) => [
      ...mustBe(accounts(snapshot), (account) => property(account, 'allowBlobPublicAccess'), false, 'public blobs'),
      ...mustBe(
        ofType(snapshot, `${ACCOUNT}/blobServices/containers`),
        (container) => property(container, 'publicAccess'),
        'None',
        'publicAccess',
      ),
    ],
  },
  {
    says: 'the queues are those of the chains',
    check: (snapshot, { chains }) =>
      difference(ofType(snapshot, `${ACCOUNT}/queueServices/queues`).map(lastName), chains.queues, 'queue'),
  },
  {
    says: 'every queue has its poison queue',
    check: (snapshot) => {
      const names = ofType(snapshot, `${ACCOUNT}/queueServices/queues`).map(lastName);
      return names
        .filter((name) => !name.endsWith('-poison') && !names.includes(`${name}-poison`))
        .map((name) => `queue ${name} has no queue ${name}-poison`);
    },
  },
  {
    says: 'the tables are those of the run store, and those that the apps call their own',
    check: (snapshot, { chains }) => {
      const wanted = [...chains.tables, ...appsIn(snapshot, chains).flatMap(({ tables }) => tables)];
      return difference(ofType(snapshot, `${ACCOUNT}/tableServices/tables`).map(lastName), wanted, 'table');
    },
  },
  {
    says: 'the containers of files are those that the apps use, on the account of the chains',
    check: (snapshot, { chains }) => {
      const wanted = new Set(appsIn(snapshot, chains).flatMap(({ containers }) => containers));
      const has = ofType(snapshot, `${ACCOUNT}/blobServices/containers`)
        .filter(({ name }) => name.startsWith('sttally') && !name.endsWith('/smoke-photos'))
        .map(lastName);
      return difference(has, [...wanted], 'container');
    },
  },
  {
    says: "names follow Azure's rules",
    check: (snapshot) => [
      ...accounts(snapshot)
        .filter(({ name }) => !/^[a-z0-9]{3,24}$/.test(name))
        .map(({ name }) => `${name}: a storage account has 3 to 24 small letters and digits`),
      ...ofType(snapshot, 'Microsoft.KeyVault/vaults')
        .filter(({ name }) => !/^[a-z][a-z0-9-]{2,23}$/.test(name))
        .map(({ name }) => `${name}: a vault has 3 to 24 letters, digits and dashes`),
    ],
  },
];
