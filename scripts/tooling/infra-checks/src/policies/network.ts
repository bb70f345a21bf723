import { appOf, ofType, property, type Resource, type Snapshot, textAt } from '../snapshot.ts';
import type { Policy } from './policy.ts';

/** The services of a resource that are used. They must stay reachable when public access is disabled. */
function servicesOf(resource: Resource, snapshot: Snapshot): string[] {
  if (resource.type === 'Microsoft.KeyVault/vaults') return ['vault'];
  const has = (kind: string) =>
    snapshot.predictedResources.some(({ id }) => id.startsWith(`${resource.id}/${kind}Services/`));
  return ['blob', 'queue', 'table'].filter(has);
}

const isPrivate = (resource: Resource) => property(resource, 'publicNetworkAccess') === 'Disabled';

export const networkPolicies: readonly Policy[] = [
  {
    says: 'what is closed to the public has a private endpoint for each service in use',
    check: (snapshot) => {
      const endpoints = ofType(snapshot, 'Microsoft.Network/privateEndpoints').map((endpoint) =>
        JSON.stringify(property(endpoint, 'privateLinkServiceConnections') ?? null),
      );
      return dataResources(snapshot)
        .filter(isPrivate)
        .flatMap((resource) =>
          servicesOf(resource, snapshot)
            .filter(
              (service) =>
                !endpoints.some(
                  (text) =>
                    text.includes(`"privateLinkServiceId":"${resource.id}"`) &&
                    text.includes(`"groupIds":["${service}"]`),
                ),
            )
            .map((service) => `${resource.name} has no private endpoint for ${service}`),
        );
    },
  },
  {
    says: 'everything with data is closed to the public, or nothing is',
    check: (snapshot) => {
      const open = dataResources(snapshot).filter((resource) => !isPrivate(resource));
      const shut = dataResources(snapshot).filter(isPrivate);
      return shut.length === 0 ? [] : open.map(({ name }) => `${name} is open while others are closed`);
    },
  },
  {
    says: 'apps are in the network if storage is closed, in a subnet delegated to apps',
    check: (snapshot) => {
      const isShut = dataResources(snapshot).some(isPrivate);
      const [network] = ofType(snapshot, 'Microsoft.Network/virtualNetworks');
      const subnets = JSON.stringify(network?.properties ?? null);
      const outside = ofType(snapshot, 'Microsoft.Web/sites').filter(
        (site) => textAt(site, 'virtualNetworkSubnetId') !== `${network?.id}/subnets/apps`,
      );
      if (!isShut) return [];
      return [
        ...outside.map((site) => `${appOf(site)} is not in the network`),
        ...(subnets.includes('"Microsoft.App/environments"') ? [] : ['the subnet is not delegated to the apps']),
      ];
    },
  },
];

function dataResources(snapshot: Snapshot): Resource[] {
  return [...ofType(snapshot, 'Microsoft.Storage/storageAccounts'), ...ofType(snapshot, 'Microsoft.KeyVault/vaults')];
}
