// Who may do what: all role assignments of the deployment, each on the smallest thing that it is about. Their names are made of the principal's id: an
// identity that was deleted and made again is another principal, and Azure refuses to give an assignment of the same name to another one.

type chainApp = {
  name: string
  @description('Queues whose messages it takes: its own queues, poison queues.')
  consumes: string[]
  @description('Queues to which it sends messages.')
  sendsTo: string[]
  @description('Queues whose depth and head it reads.')
  watches: string[]
  @description('Its own tables, besides those of the runs.')
  tables: string[]
  @description('Containers whose files it reads and writes.')
  containers: string[]
  @description('Containers whose files it only reads.')
  opens: string[]
  @description('Signs addresses of files.')
  signsLinks: bool
  @description('Names of the settings that it reads.')
  reads: string[]
  // Known to chains.json and of no interest here.
  chains: string[]
  queues: string[]
  maxDequeueCount: int
  concurrentMessages: int
}

param apps chainApp[]
@description('The tables of the runs, which all apps use.')
param tables string[]
param identities { app: string, principalId: string }[]
param storageName string
param hostStorageName string
param vaultName string

@description('Names of secrets by the settings that refer to them.')
param secretNames object

@description('These two are empty if there is no such resource.')
param faceStorageName string
param azureFaceName string
param insightsName string
param smokeContainer string
param deployerId string
param deployerType string

// Azure's built-in roles.
var roles = {
  queueContributor: '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
  queueSender: 'c6a89b2d-59bc-44d0-9896-0f6e12d7b80a'
  queueReader: '19e7f393-937e-4f77-808e-94535e297925'
  tableContributor: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
  blobOwner: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
  blobContributor: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
  blobReader: '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1'
  blobDelegator: 'db58b8e5-c6ad-4a2a-8342-4190687cbf4a'
  metricsPublisher: '3913510d-42f4-4e42-8a64-420c390055eb'
  faceUser: 'a97b65f3-24c7-4388-baec-2e87135dc908'
  secretUser: '4633458b-17de-408a-b874-0445c86b69e6'
}

// Taking messages needs Contributor: Reader with Message Processor can't give one back, which is an update.
var queueGrants = flatten(map(
  apps,
  app =>
    concat(
      map(app.consumes, queue => { app: app.name, queue: queue, role: roles.queueContributor }),
      map(app.sendsTo, queue => { app: app.name, queue: queue, role: roles.queueSender }),
      map(app.watches, queue => { app: app.name, queue: queue, role: roles.queueReader })
    )
))
var tableGrants = flatten(map(apps, app => map(concat(tables, app.tables), table => { app: app.name, table: table })))
var keptContainers = flatten(map(apps, app => app.containers))
var fileGrants = flatten(map(
  apps,
  app =>
    concat(
      map(app.containers, container => { app: app.name, container: container, role: roles.blobContributor }),
      map(filter(app.opens, container => contains(keptContainers, container)), container => {
        app: app.name
        container: container
        role: roles.blobReader
      })
    )
))
// Where no chain keeps files there is nothing to sign addresses of.
var keepsFiles = !empty(filter(apps, app => !empty(app.chains) && !empty(app.containers)))
var signers = map(filter(apps, app => app.signsLinks && keepsFiles), app => app.name)
var appNames = map(apps, app => app.name)
var readers = concat(apps, empty(faceStorageName) ? [] : [{ name: 'face', reads: ['FACE_KEY'] }])
var secretGrants = flatten(map(
  readers,
  app =>
    map(filter(items(secretNames), secret => contains(app.reads, secret.key)), secret => {
      app: app.name
      secret: secret.value
    })
))
var faceCallers = empty(azureFaceName)
  ? []
  : map(filter(apps, app => contains(app.reads, 'FACE_ENDPOINT')), app => app.name)
var identityOf = toObject(identities, identity => identity.app)

resource storage 'Microsoft.Storage/storageAccounts@2025-01-01' existing = {
  name: storageName

  resource queueService 'queueServices' existing = {
    name: 'default'

    resource queues 'queues' existing = [for grant in queueGrants: { name: grant.queue }]
  }

  resource tableService 'tableServices' existing = {
    name: 'default'

    resource tables 'tables' existing = [for grant in tableGrants: { name: grant.table }]
  }

  resource blobService 'blobServices' existing = {
    name: 'default'

    resource smoke 'containers' existing = { name: smokeContainer }

    resource files 'containers' existing = [for grant in fileGrants: { name: grant.container }]
  }
}

resource hostStorage 'Microsoft.Storage/storageAccounts@2025-01-01' existing = {
  name: hostStorageName
}

resource faceStorage 'Microsoft.Storage/storageAccounts@2025-01-01' existing = if (!empty(faceStorageName)) {
  name: faceStorageName
}

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = {
  name: vaultName

  resource entries 'secrets' existing = [for grant in secretGrants: { name: grant.secret }]
}

resource azureFace 'Microsoft.CognitiveServices/accounts@2025-06-01' existing = if (!empty(azureFaceName)) {
  name: azureFaceName
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = { name: insightsName }

resource onQueues 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (grant, index) in queueGrants: {
    scope: storage::queueService::queues[index]
    name: guid(storage::queueService::queues[index].id, identityOf[grant.app].principalId, grant.role)
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', grant.role)
      principalId: identityOf[grant.app].principalId
      principalType: 'ServicePrincipal'
    }
  }
]

resource onTables 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (grant, index) in tableGrants: {
    scope: storage::tableService::tables[index]
    name: guid(storage::tableService::tables[index].id, identityOf[grant.app].principalId, roles.tableContributor)
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.tableContributor)
      principalId: identityOf[grant.app].principalId
      principalType: 'ServicePrincipal'
    }
  }
]

resource onFiles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (grant, index) in fileGrants: {
    scope: storage::blobService::files[index]
    name: guid(storage::blobService::files[index].id, identityOf[grant.app].principalId, grant.role)
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', grant.role)
      principalId: identityOf[grant.app].principalId
      principalType: 'ServicePrincipal'
    }
  }
]

// An address of a file is signed by a key that the account gives to an identity.
resource onLinks 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for name in signers: {
    scope: storage
    name: guid(storage.id, identityOf[name].principalId, roles.blobDelegator)
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.blobDelegator)
      principalId: identityOf[name].principalId
      principalType: 'ServicePrincipal'
    }
  }
]

// The host keeps its leases and keys in containers that it makes itself, and reads the app's package.
resource onHostBlobs 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for name in appNames: {
    scope: hostStorage
    name: guid(hostStorage.id, identityOf[name].principalId, roles.blobOwner)
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.blobOwner)
      principalId: identityOf[name].principalId
      principalType: 'ServicePrincipal'
    }
  }
]

resource onFaceHostBlobs 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(faceStorageName)) {
  scope: faceStorage
  name: guid(faceStorage.id, identityOf.?face.?principalId ?? '', roles.blobOwner)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.blobOwner)
    principalId: identityOf.?face.?principalId ?? ''
    principalType: 'ServicePrincipal'
  }
}

resource onSecrets 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (grant, index) in secretGrants: {
    scope: vault::entries[index]
    name: guid(vault::entries[index].id, identityOf[grant.app].principalId, roles.secretUser)
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.secretUser)
      principalId: identityOf[grant.app].principalId
      principalType: 'ServicePrincipal'
    }
  }
]

resource onAzureFace 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for name in faceCallers: {
    scope: azureFace
    name: guid(azureFace.id, identityOf[name].principalId, roles.faceUser)
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.faceUser)
      principalId: identityOf[name].principalId
      principalType: 'ServicePrincipal'
    }
  }
]

resource onInsights 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for identity in identities: {
    scope: insights
    name: guid(insights.id, identity.principalId, roles.metricsPublisher)
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.metricsPublisher)
      principalId: identity.principalId
      principalType: 'ServicePrincipal'
    }
  }
]

// Who deploys uploads the smoke test's photos and signs addresses for them.
resource deployerOnPhotos 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(deployerId)) {
  scope: storage::blobService::smoke
  name: guid(storage::blobService::smoke.id, deployerId, roles.blobContributor)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.blobContributor)
    principalId: deployerId
    principalType: deployerType
  }
}

resource deployerSigns 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(deployerId)) {
  scope: storage
  name: guid(storage.id, deployerId, roles.blobDelegator)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.blobDelegator)
    principalId: deployerId
    principalType: deployerType
  }
}
