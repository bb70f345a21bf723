import { ofType, property, settingsOf } from '../snapshot.ts';
import { mustBe, type Policy } from './policy.ts';

/** Functions and properties that disclose a secret, and the parts of connection strings and signatures. */
const SECRET =
  /list(Keys|AccountSas|ServiceSas|Secrets|Credentials)?\(|newGuid\(|AccountKey=|SharedAccessSignature|[?&]sig=|primaryKey|\.key1\b|\.keys\[/i;

export const secretPolicies: readonly Policy[] = [
  {
    says: 'no output holds a secret',
    check: ({ outputs }) =>
      Object.entries(outputs)
        .filter(([name, value]) => SECRET.test(JSON.stringify(value)) || /key|secret|password|token/i.test(name))
        .map(([name]) => `output ${name} is, or looks like, a secret`),
  },
  {
    says: 'no setting holds a secret',
    check: (snapshot) =>
      ofType(snapshot, 'Microsoft.Web/sites').flatMap((site) =>
        [...settingsOf(site)]
          .filter(([name, value]) => SECRET.test(value) || (/KEY|SECRET|PASSWORD/.test(name) && !isReference(value)))
          .map(([name]) => `${site.name}: ${name} holds a secret; it must be a reference to the vault`),
      ),
  },
  {
    says: 'secrets are created only in the vault',
    check: ({ predictedResources }) =>
      predictedResources
        .filter(({ type }) => type !== 'Microsoft.KeyVault/vaults/secrets')
        .filter(({ properties }) => SECRET.test(JSON.stringify(properties)))
        .map(({ id }) => `${id} holds a secret`),
  },
  {
    says: 'access to the vault is by roles, not by access policies',
    check: (snapshot) =>
      mustBe(
        ofType(snapshot, 'Microsoft.KeyVault/vaults'),
        (vault) => property(vault, 'enableRbacAuthorization'),
        true,
        'enableRbacAuthorization',
      ),
  },
  {
    says: "Azure's Face, where it is used, knows no keys and has a name of its own",
    check: (snapshot) => {
      const accounts = ofType(snapshot, 'Microsoft.CognitiveServices/accounts');
      return [
        ...mustBe(accounts, ({ kind }) => kind, 'Face', 'kind'),
        ...mustBe(accounts, (account) => property(account, 'disableLocalAuth'), true, 'disableLocalAuth'),
        ...accounts.flatMap((account) =>
          mustBe([account], () => property(account, 'customSubDomainName'), account.name, 'customSubDomainName'),
        ),
      ];
    },
  },
];

function isReference(value: string): boolean {
  return value.startsWith('@Microsoft.KeyVault(') || value.startsWith("[format('@Microsoft.KeyVault(");
}
