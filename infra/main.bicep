// Tally in one resource group: the apps of its chains, the storage account between them, a Face detector, and what watches over all of it.
// What apps there are, what each may do and which settings it reads come from chains.json, which is generated from the chains' declarations.

targetScope = 'resourceGroup'

type faceDetector = 'service' | 'azure'

type mailServer = {
  host: string
  port: int?
  @description('starttls: the connection is upgraded to TLS (port 587); tls: it is TLS from the start (port 465).')
  security: ('starttls' | 'tls')?
  @description('If the server requires one; the password is a separate parameter.')
  user: string?
  @description('An address, or a name with one in <>.')
  from: string
  @description('The address of the approver of orders.')
  approver: string
}

@description('Region of all resources that have one.')
param location string = resourceGroup().location

@description('Name of this deployment in tags, alert texts and log queries.')
@allowed(['dev', 'prod'])
param environmentName string

@description('The chains of this deployment; apps of other chains aren\'t deployed, and their runs wait until they are.')
param chains string[] = loadJsonContent('chains.json').chains

@description('Part of every globally unique name.')
param nameSuffix string = uniqueString(resourceGroup().id)

@description('service: Tally\'s own face service, as a separate app. azure: Azure AI Face, which today refuses the emotion attribute unless your subscription has an exception.')
param detector faceDetector = 'service'

@description('Pricing tier of Azure AI Face, if that is the detector.')
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

@description('Maximum number of instances of an app, by its name; default 40. Limits the cost, and the load on the detector.')
param maxInstances { *: int } = {}

@description('Always-ready instances of intake, so that the first call of the day does not wait for a start.')
@minValue(0)
param alwaysReadyIntake int = 0

@description('Ended runs are purged after this number of days; 0: never.')
@minValue(0)
param runRetentionDays int = 0

@allowed(['debug', 'info', 'warn', 'error'])
param logLevel string = 'info'

@description('Retention of logs, in days.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 30

@description('Daily limit of logs in gigabytes; more are dropped. Limits the cost.')
param dailyLogCapGb int = 1

@description('Recipients of alert mails. Empty: alerts fire without a mail.')
param alertEmails string[] = []

@description('In the currency of the subscription; 0: no budget.')
@minValue(0)
param monthlyBudget int = 0

@description('First day of the budget. It can\'t be changed later, so the deployment script passes the one of the existing budget.')
param budgetStart string = utcNow('yyyy-MM-01')

@description('Public URL of intake, if it differs from the app\'s own: the beginning of links in mails.')
param publicUrl string = ''

@description('The mail server, the sender of mails, and the approver of orders. The chain orders requires it.')
param mail mailServer?

@description('Password of the mail server\'s user. Kept in the vault: a later deployment may leave it empty.')
@secure()
param mailPassword string = ''

@description('A virus scanner that apps can reach; none: only the content type of files and the test signature are checked.')
param clamd { host: string, port: int }?

@description('Receives an event for every finished media file; empty: no event is sent. It must contain no secret.')
param webhookUrl string = ''

@description('Whether events are signed, with webhookSecret.')
param webhookSigned bool = false

@description('The key that signs events; at least 16 characters. Kept in the vault: a later deployment may leave it empty.')
@secure()
param webhookSecret string = ''

@description('Object id of the deploying identity, which may upload the smoke test\'s photos. Empty: no such access.')
param deployerId string = ''

@allowed(['User', 'ServicePrincipal', 'Group'])
param deployerType string = 'User'

@description('The key between detect and the face service. Do not set it: the first deployment creates a random one, which stays.')
@secure()
param faceKey string = newGuid()

@description('Signs the links by which people answer runs. Do not set it, like faceKey.')
@secure()
param linkKey string = newGuid()

var facts = loadJsonContent('chains.json')
var unknownChains = filter(chains, chain => !contains(facts.chains, chain))
var wantedChains = empty(unknownChains) ? chains : fail('there is no chain ${join(unknownChains, ', ')}')
// Apps that serve all chains name none.
var apps = filter(facts.apps, app => empty(app.chains) || !empty(intersection(app.chains, wantedChains)))
var settingsRead = flatten(map(apps, app => app.reads))
var needsFaces = contains(settingsRead, 'FACE_ENDPOINT')
var ownFace = needsFaces && detector == 'service'
var chainAppNames = map(apps, app => app.name)
var appNames = ownFace ? concat(chainAppNames, ['face']) : chainAppNames
var tags = { product: 'tally', environment: environmentName }
var smokeContainer = 'smoke-photos'
var containers = union(flatten(map(apps, app => app.containers)), [smokeContainer])

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
    containers: containers
    dayOnlyContainers: [smokeContainer]
    queues: facts.queues
    tables: union(facts.tables, flatten(map(apps, app => app.tables)))
    workspaceId: monitoring.outputs.workspaceId
  }
}

// The hosts of the apps keep keys, leases and packages in an account of their own, which each of them owns: what an app may do with the files of runs is
// said on the account of the chains.
module hostStorage 'modules/storage.bicep' = {
  name: 'host-storage'
  params: {
    name: 'sthost${nameSuffix}'
    location: location
    tags: tags
    sku: storageSku
    publicAccess: !privateNetwork
    containers: map(chainAppNames, name => 'package-${name}')
    dayOnlyContainers: []
    queues: []
    tables: []
    workspaceId: monitoring.outputs.workspaceId
  }
}

// The face service reads pictures that strangers name. Its host keeps keys and packages in an account of its own, so that
// even a conquered face service reaches nothing of the chains.
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

module vault 'modules/vault.bicep' = {
  name: 'vault'
  params: {
    name: 'kv-tally-${nameSuffix}'
    location: location
    tags: tags
    faceKey: ownFace ? faceKey : ''
    linkKey: linkKey
    mailPassword: mailPassword
    webhookSecret: webhookSecret
    publicAccess: !privateNetwork
    workspaceId: monitoring.outputs.workspaceId
  }
}

module azureFace 'modules/face.bicep' = if (needsFaces && !ownFace) {
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
    hostStorageId: hostStorage.outputs.id
    faceStorageId: ownFace ? faceStorage!.outputs.id : ''
    vaultId: vault.outputs.id
  }
}

// Settings that apps may read. Each is told those that it reads, beside what every app is told.
var secretNames = union(
  { TALLY_LINK_KEY: 'link-key' },
  ownFace ? { FACE_KEY: 'face-key' } : {},
  empty(mail.?user) ? {} : { TALLY_SMTP_PASSWORD: 'smtp-password' },
  webhookSigned ? { TALLY_WEBHOOK_SECRET: 'webhook-secret' } : {}
)
// By a reference, not the secret: the platform resolves it by the app's identity.
var secretSettings = mapValues(
  secretNames,
  name => '@Microsoft.KeyVault(VaultName=${vault.outputs.name};SecretName=${name})'
)
var detectorSettings = !needsFaces
  ? {}
  : { FACE_ENDPOINT: ownFace ? 'https://${faceApp!.outputs.hostName}' : azureFace!.outputs.endpoint }
var mailSettings = mail == null
  ? (contains(settingsRead, 'TALLY_SMTP_HOST')
      ? fail('orders sends mails: say by which server (parameter mail), or leave the chain out (parameter chains)')
      : {})
  : union(
      {
        TALLY_SMTP_HOST: mail!.host
        TALLY_SMTP_PORT: string(mail!.?port ?? 587)
        TALLY_SMTP_SECURITY: mail!.?security ?? 'starttls'
        TALLY_MAIL_FROM: mail!.from
        TALLY_ORDERS_APPROVER: mail!.approver
      },
      empty(mail.?user) ? {} : { TALLY_SMTP_USER: mail.?user }
    )
var mediaSettings = union(
  clamd == null ? {} : { CLAMD_HOST: clamd!.host, CLAMD_PORT: string(clamd!.port) },
  empty(webhookUrl) ? {} : { TALLY_WEBHOOK_URL: webhookUrl }
)
var settings = union(
  secretSettings,
  detectorSettings,
  mailSettings,
  mediaSettings,
  { TALLY_LOG_LEVEL: logLevel },
  runRetentionDays == 0 ? {} : { TALLY_RETENTION_DAYS: string(runRetentionDays) },
  {
    // The account of the queues, tables and files, for triggers (by the host) and for the app itself.
    TallyStorage__queueServiceUri: storage.outputs.queueEndpoint
    TallyStorage__tableServiceUri: storage.outputs.tableEndpoint
  }
)
module access 'modules/access.bicep' = {
  name: 'access'
  params: {
    apps: apps
    tables: facts.tables
    identities: [
      for (name, index) in appNames: {
        app: name
        principalId: identities[index].properties.principalId
      }
    ]
    storageName: storage.outputs.name
    hostStorageName: hostStorage.outputs.name
    faceStorageName: ownFace ? faceStorage!.outputs.name : ''
    vaultName: vault.outputs.name
    secretNames: secretNames
    azureFaceName: needsFaces && !ownFace ? azureFace!.outputs.name : ''
    insightsName: monitoring.outputs.insightsName
    smokeContainer: smokeContainer
    deployerId: deployerId
    deployerType: deployerType
  }
}

module intakeApp 'modules/function-app.bicep' = {
  name: 'app-intake'
  params: {
    app: apps[0].name
    nameSuffix: nameSuffix
    location: location
    tags: tags
    identityId: identities[0].id
    identityClientId: identities[0].properties.clientId
    blobEndpoint: hostStorage.outputs.blobEndpoint
    hostStorageName: hostStorage.outputs.name
    insightsConnectionString: monitoring.outputs.insightsConnectionString
    subnetId: privateNetwork ? network!.outputs.appsSubnetId : ''
    instanceMemoryMB: instanceMemoryMB
    maxInstances: maxInstances.?intake ?? 40
    alwaysReady: alwaysReadyIntake
    reads: apps[0].reads
    known: settings
    settings: {
      // Bytes of a body that the host takes. The API takes 32 MiB; a little above it the caller is still told so, beyond it the host says nothing.
      FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: '41943040'
      TallyStorage__blobServiceUri: storage.outputs.blobEndpoint
      TallyStorage__credential: 'managedidentity'
      TallyStorage__clientId: identities[0].properties.clientId
    }
  }
  dependsOn: [access]
}

module otherApps 'modules/function-app.bicep' = [
  for (app, index) in skip(apps, 1): {
    name: 'app-${app.name}'
    params: {
      app: app.name
      nameSuffix: nameSuffix
      location: location
      tags: tags
      identityId: identities[index + 1].id
      identityClientId: identities[index + 1].properties.clientId
      blobEndpoint: hostStorage.outputs.blobEndpoint
      hostStorageName: hostStorage.outputs.name
      insightsConnectionString: monitoring.outputs.insightsConnectionString
      subnetId: privateNetwork ? network!.outputs.appsSubnetId : ''
      instanceMemoryMB: instanceMemoryMB
      maxInstances: maxInstances[?app.name] ?? 40
      alwaysReady: 0
      reads: app.reads
      known: union(settings, {
        TALLY_PUBLIC_URL: empty(publicUrl) ? 'https://${intakeApp.outputs.hostName}' : publicUrl
      })
      settings: union(empty(app.containers) ? {} : { TallyStorage__blobServiceUri: storage.outputs.blobEndpoint }, {
        TallyStorage__credential: 'managedidentity'
        TallyStorage__clientId: identities[index + 1].properties.clientId
      })
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
    identityId: identities[length(apps)].id
    identityClientId: identities[length(apps)].properties.clientId
    blobEndpoint: faceStorage!.outputs.blobEndpoint
    hostStorageName: faceStorage!.outputs.name
    insightsConnectionString: monitoring.outputs.insightsConnectionString
    subnetId: privateNetwork ? network!.outputs.appsSubnetId : ''
    instanceMemoryMB: instanceMemoryMB
    maxInstances: maxInstances.?face ?? 40
    alwaysReady: 0
    // Looking at a photo takes a third of a second of one core. Four calls an instance keep the core busy while others download, and
    // make the platform add an instance soon.
    httpConcurrency: 4
    reads: ['FACE_KEY']
    known: secretSettings
    settings: {}
  }
  dependsOn: [access]
}

output apiUrl string = 'https://${intakeApp.outputs.hostName}'
output apps { name: string, site: string }[] = [
  for name in appNames: { name: name, site: 'func-${name}-${nameSuffix}' }
]
output storageAccount string = storage.outputs.name
output smokeContainer string = smokeContainer
output vaultName string = vault.outputs.name
output azureFaceName string = !needsFaces || ownFace ? '' : azureFace!.outputs.name
output chains string[] = wantedChains
