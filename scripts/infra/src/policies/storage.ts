import { lastName, ofType, property, type Snapshot } from '../snapshot.ts';
import { difference, mustBe, type Policy } from './policy.ts';

const ACCOUNT = 'Microsoft.Storage/storageAccounts';
const accounts = (snapshot: Snapshot) => ofType(snapshot, ACCOUNT);

export const storagePolicies: readonly Policy[] = [
  {
    says: 'storage accounts know no shared keys',
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
    says: 'the queues are those of the chain',
    check: (snapshot, { chain }) =>
      difference(ofType(snapshot, `${ACCOUNT}/queueServices/queues`).map(lastName), chain.queues, 'queue'),
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
    says: 'the tables are those of the run store',
    check: (snapshot, { chain }) =>
      difference(ofType(snapshot, `${ACCOUNT}/tableServices/tables`).map(lastName), chain.tables, 'table'),
  },
  {
    says: 'names are as Azure wants them',
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
