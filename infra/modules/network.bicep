// A network of one's own: the apps send through it, and storage and vault are reached in it alone.

param nameSuffix string
param location string
param tags object
param storageId string
param hostStorageId string

@description('Empty if there is no own face service.')
param faceStorageId string
param vaultId string

var services = ['blob', 'queue', 'table', 'vault']
var zoneNames = {
  blob: 'privatelink.blob.${environment().suffixes.storage}'
  queue: 'privatelink.queue.${environment().suffixes.storage}'
  table: 'privatelink.table.${environment().suffixes.storage}'
  vault: 'privatelink.vaultcore.azure.net'
}
var targets = concat(
  map(['blob', 'queue', 'table'], service => {
    name: 'tally-${service}'
    id: storageId
    service: service
    group: service
  }),
  [{ name: 'host-blob', id: hostStorageId, service: 'blob', group: 'blob' }],
  empty(faceStorageId) ? [] : [{ name: 'face-blob', id: faceStorageId, service: 'blob', group: 'blob' }],
  [{ name: 'vault', id: vaultId, service: 'vault', group: 'vault' }]
)

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: 'vnet-tally-${nameSuffix}'
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: ['10.71.0.0/16'] }
    subnets: [
      {
        name: 'apps'
        properties: {
          // An address an instance: room for the ceilings of all apps together.
          addressPrefix: '10.71.0.0/22'
          delegations: [{ name: 'flex', properties: { serviceName: 'Microsoft.App/environments' } }]
        }
      }
      {
        name: 'endpoints'
        properties: { addressPrefix: '10.71.4.0/26', privateEndpointNetworkPolicies: 'Enabled' }
      }
    ]
  }

  resource apps 'subnets' existing = { name: 'apps' }
  resource endpoints 'subnets' existing = { name: 'endpoints' }
}

resource zones 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for service in services: {
    name: zoneNames[service]
    location: 'global'
    tags: tags
  }
]

resource links 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (service, index) in services: {
    parent: zones[index]
    name: 'tally'
    location: 'global'
    properties: { registrationEnabled: false, virtualNetwork: { id: network.id } }
  }
]

resource privateEndpoints 'Microsoft.Network/privateEndpoints@2024-05-01' = [
  for target in targets: {
    name: 'pe-${target.name}-${nameSuffix}'
    location: location
    tags: tags
    properties: {
      subnet: { id: network::endpoints.id }
      privateLinkServiceConnections: [
        { name: target.name, properties: { privateLinkServiceId: target.id, groupIds: [target.group] } }
      ]
    }
  }
]

resource zoneGroups 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-05-01' = [
  for (target, index) in targets: {
    parent: privateEndpoints[index]
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [
        { name: target.service, properties: { privateDnsZoneId: zones[indexOf(services, target.service)].id } }
      ]
    }
  }
]

output appsSubnetId string = network::apps.id
