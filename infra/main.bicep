// Tally in one resource group: the chain's apps, the storage account between them, a Face detector, and what watches over all of it.
// Names of queues, tables and apps come from chain.json, which is generated from the chain's declaration.

targetScope = 'resourceGroup'

type faceDetector = 'service' | 'azure'

@description('Region of everything that has a region.')
param location string = resourceGroup().location

@description('Tells this deployment apart in tags, alert texts and log queries.')
@allowed(['dev', 'prod'])
param environmentName string

@description('Part of every name that must be unique in the world.')
param nameSuffix string = uniqueString(resourceGroup().id)

@description('service: Tally\'s own face service, as a fourth app. azure: Azure AI Face, which today refuses the emotion attribute unless your subscription has an exception.')
param detector faceDetector = 'service'

@description('Pricing tier of Azure AI Face, where that is the detector.')
@allowed(['F0', 'S0'])
param azureFaceSku string = 'S0'

@description('true: storage and vault are reached by private endpoints only.')
param privateNetwork bool = false

@description('Redundancy of the storage account.')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GZRS'])
param storageSku string = 'Standard_LRS'

@description('Memory of an instance. 512 is documented and refused by some regions.')
@allowed([2048, 4096])
param instanceMemoryMB int = 2048

@description('Most instances of an app at once; a ceiling for cost, and for what the detector has to bear.')
param maxInstances { intake: int, detect: int, aggregate: int, face: int } = {
  intake: 40
  detect: 40
  aggregate: 40
  face: 40
}

@description('Instances of intake that are kept ready, so that the first call of the day waits for nothing.')
@minValue(0)
param alwaysReadyIntake int = 0

@description('Ended runs are forgotten after so many days; 0: never.')
@minValue(0)
param runRetentionDays int = 0

@allowed(['debug', 'info', 'warn', 'error'])
param logLevel string = 'info'

@description('Logs are kept for so long.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 30

@description('Gigabytes of logs a day after which no more are taken in; a ceiling for cost.')
param dailyLogCapGb int = 1

@description('Who is told by an alert. Nobody: the alerts are still there to be looked at.')
param alertEmails string[] = []

@description('In the currency of the subscription; 0: no budget.')
@minValue(0)
param monthlyBudget int = 0

@description('First day of the budget. It can\'t be changed later, so the deployment script passes that of the existing one.')
param budgetStart string = utcNow('yyyy-MM-01')

@description('Object id of who deploys: may upload the smoke test\'s photos. Empty: no such access.')
param deployerId string = ''

@allowed(['User', 'ServicePrincipal', 'Group'])
param deployerType string = 'User'

@description('The key between detect and the face service. Leave it alone: a random one is made by the first deployment and stays.')
@secure()
param faceKey string = newGuid()

var chain = loadJsonContent('chain.json')
var ownFace = detector == 'service'
var stageNames = map(chain.apps, app => app.name)
var appNames = ownFace ? concat(stageNames, ['face']) : stageNames
var tags = { product: 'tally', environment: environmentName }
var smokeContainer = 'smoke-photos'
var packageContainers = map(stageNames, name => 'package-${name}')

// An identity an app, made before the app: its roles are there when it starts.
resource identities 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = [
  for name in appNames: {
    name: 'id-${name}-${nameSuffix}'
    location: location
    tags: tags
  }
]

module storage 'modules/storage.bicep' = {
  name: 'storage'
  params: {
    name: 'sttally${nameSuffix}'
    location: location
    tags: tags
    sku: storageSku
    publicAccess: !privateNetwork
    containers: concat(packageContainers, [smokeContainer])
    dayOnlyContainers: [smokeContainer]
    queues: chain.queues
    tables: chain.tables
    workspaceId: monitoring.outputs.workspaceId
  }
}

// The face service reads pictures that strangers name. Its host keeps keys and packages in an account of its own, so that
// even a conquered face service reaches nothing of the chain.
module faceStorage 'modules/storage.bicep' = if (ownFace) {
  name: 'face-storage'
  params: {
    name: 'stface${nameSuffix}'
    location: location
    tags: tags
    sku: 'Standard_LRS'
    publicAccess: !privateNetwork
    containers: ['package-face']
    dayOnlyContainers: []
    queues: []
    tables: []
    workspaceId: monitoring.outputs.workspaceId
  }
}

module vault 'modules/vault.bicep' = if (ownFace) {
  name: 'vault'
  params: {
    name: 'kv-tally-${nameSuffix}'
    location: location
    tags: tags
    faceKey: faceKey
    publicAccess: !privateNetwork
    workspaceId: monitoring.outputs.workspaceId
  }
}

module azureFace 'modules/face.bicep' = if (!ownFace) {
  name: 'azure-face'
  params: {
    name: 'face-tally-${nameSuffix}'
    location: location
    tags: tags
    sku: azureFaceSku
  }
}

module monitoring 'modules/monitoring.bicep' = {
  name: 'monitoring'
  params: {
    nameSuffix: nameSuffix
    location: location
    tags: tags
    environmentName: environmentName
    logRetentionDays: logRetentionDays
    dailyLogCapGb: dailyLogCapGb
    alertEmails: alertEmails
    monthlyBudget: monthlyBudget
    budgetStart: budgetStart
  }
}

module network 'modules/network.bicep' = if (privateNetwork) {
  name: 'network'
  params: {
    nameSuffix: nameSuffix
    location: location
    tags: tags
    storageId: storage.outputs.id
    faceStorageId: ownFace ? faceStorage!.outputs.id : ''
    vaultId: ownFace ? vault!.outputs.id : ''
  }
}

module access 'modules/access.bicep' = {
  name: 'access'
  params: {
    apps: chain.apps
    tables: chain.tables
    identities: [
      for (name, index) in appNames: {
        app: name
        principalId: identities[index].properties.principalId
      }
    ]
    storageName: storage.outputs.name
    faceStorageName: ownFace ? faceStorage!.outputs.name : ''
    vaultName: ownFace ? vault!.outputs.name : ''
    faceKeySecretName: ownFace ? vault!.outputs.faceKeySecretName : ''
    azureFaceName: ownFace ? '' : azureFace!.outputs.name
    insightsName: monitoring.outputs.insightsName
    smokeContainer: smokeContainer
    deployerId: deployerId
    deployerType: deployerType
  }
}

// What each stage's app is told beside what every app is told.
var detectorSettings = ownFace
  ? {
      FACE_ENDPOINT: 'https://${faceApp!.outputs.hostName}'
      FACE_KEY: vault!.outputs.faceKeyReference
    }
  : { FACE_ENDPOINT: azureFace!.outputs.endpoint }
var ownSettings = {
  intake: {}
  detect: detectorSettings
  aggregate: runRetentionDays == 0 ? {} : { TALLY_RETENTION_DAYS: string(runRetentionDays) }
}
var alwaysReady = { intake: alwaysReadyIntake, detect: 0, aggregate: 0 }

module stageApps 'modules/function-app.bicep' = [
  for (name, index) in stageNames: {
    name: 'app-${name}'
    params: {
      app: name
      nameSuffix: nameSuffix
      location: location
      tags: tags
      identityId: identities[index].id
      identityClientId: identities[index].properties.clientId
      blobEndpoint: storage.outputs.blobEndpoint
      hostStorageName: storage.outputs.name
      insightsConnectionString: monitoring.outputs.insightsConnectionString
      subnetId: privateNetwork ? network!.outputs.appsSubnetId : ''
      instanceMemoryMB: instanceMemoryMB
      maxInstances: maxInstances[name]
      alwaysReady: alwaysReady[name]
      settings: union(
        {
          // The account of the chain's queues and tables, for triggers (by the host) and for the app itself.
          TallyStorage__queueServiceUri: storage.outputs.queueEndpoint
          TallyStorage__tableServiceUri: storage.outputs.tableEndpoint
          TallyStorage__credential: 'managedidentity'
          TallyStorage__clientId: identities[index].properties.clientId
          TALLY_LOG_LEVEL: logLevel
        },
        ownSettings[name]
      )
    }
    dependsOn: [access]
  }
]

module faceApp 'modules/function-app.bicep' = if (ownFace) {
  name: 'app-face'
  params: {
    app: 'face'
    nameSuffix: nameSuffix
    location: location
    tags: tags
    identityId: identities[length(stageNames)].id
    identityClientId: identities[length(stageNames)].properties.clientId
    blobEndpoint: faceStorage!.outputs.blobEndpoint
    hostStorageName: faceStorage!.outputs.name
    insightsConnectionString: monitoring.outputs.insightsConnectionString
    subnetId: privateNetwork ? network!.outputs.appsSubnetId : ''
    instanceMemoryMB: instanceMemoryMB
    maxInstances: maxInstances.face
    alwaysReady: 0
    // Looking at a photo takes a third of a second of one core. Four calls an instance keep the core busy while others download, and
    // make the platform add an instance soon.
    httpConcurrency: 4
    settings: { FACE_KEY: vault!.outputs.faceKeyReference }
  }
  dependsOn: [access]
}

output apiUrl string = 'https://${stageApps[0].outputs.hostName}'
output apps { name: string, site: string }[] = [
  for name in appNames: { name: name, site: 'func-${name}-${nameSuffix}' }
]
output storageAccount string = storage.outputs.name
output smokeContainer string = smokeContainer
output vaultName string = ownFace ? vault!.outputs.name : ''
output azureFaceName string = ownFace ? '' : azureFace!.outputs.name
