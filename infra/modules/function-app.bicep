// One app on a Flex Consumption plan of its own. This file owns all settings of the app: what was set by hand is gone after a deployment.
// A deployment ends what is in work on an instance. That is no loss: messages come again, and each item is counted once.

param app string
param nameSuffix string
param location string
param tags object
param identityId string
param identityClientId string

@description('Of the account with the app\'s package and the keys and leases of its host.')
param blobEndpoint string

@description('Name of that account.')
param hostStorageName string
param insightsConnectionString string

@description('Empty: no private network.')
param subnetId string
param instanceMemoryMB int

@minValue(1)
@maxValue(1000)
param maxInstances int
param alwaysReady int

@description('Concurrent HTTP calls of an instance; 0: the platform\'s default for its memory.')
param httpConcurrency int = 0

@description('Names of the settings that the app reads.')
param reads string[]

@description('Settings that apps may read, secrets as references: the app gets those that it reads.')
param known object

@description('Settings of this app alone.')
param settings object

// The host tells apps on one storage account apart by the first 32 characters of the name: the app's own comes first.
var siteName = 'func-${app}-${nameSuffix}'

var hostSettings = {
  // The host's own account. FUNCTIONS_EXTENSION_VERSION and FUNCTIONS_WORKER_RUNTIME are left out: on this plan functionAppConfig says both.
  AzureWebJobsStorage__blobServiceUri: blobEndpoint
  // Parts of the platform know the account by its name only and take the service's address for none (azure-functions-host#11787).
  AzureWebJobsStorage__accountName: hostStorageName
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identityClientId
  // Which of its identities an app means that asks for "the" identity.
  AZURE_CLIENT_ID: identityClientId
  APPLICATIONINSIGHTS_CONNECTION_STRING: insightsConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
}

var told = toObject(filter(items(known), entry => contains(reads, entry.key)), entry => entry.key, entry => entry.value)

resource plan 'Microsoft.Web/serverfarms@2024-11-01' = {
  name: 'plan-${app}-${nameSuffix}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { tier: 'FlexConsumption', name: 'FC1' }
  properties: { reserved: true }
}

resource site 'Microsoft.Web/sites@2024-11-01' = {
  name: siteName
  location: location
  // By this tag azd finds the app for a service of azure.yaml.
  tags: union(tags, { 'azd-service-name': app })
  kind: 'functionapp,linux'
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identityId}': {} } }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    publicNetworkAccess: 'Enabled'
    keyVaultReferenceIdentity: identityId
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${blobEndpoint}package-${app}'
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identityId }
        }
      }
      runtime: { name: 'node', version: '24' }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maxInstances
        alwaysReady: alwaysReady == 0 ? [] : [{ name: 'http', instanceCount: alwaysReady }]
        triggers: httpConcurrency == 0 ? null : { http: { perInstanceConcurrency: httpConcurrency } }
      }
    }
    // Nothing about FTP here: this plan refuses `ftpsState`. The publishing policies below turn FTP off.
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      http20Enabled: true
      appSettings: [
        for setting in items(union(hostSettings, told, settings)): { name: setting.key, value: setting.value }
      ]
    }
  }
}

// No user name and password for publishing: packages come with an identity's token.
resource ftp 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-11-01' = {
  parent: site
  name: 'ftp'
  properties: { allow: false }
}

resource scm 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-11-01' = {
  parent: site
  name: 'scm'
  properties: { allow: false }
}

output hostName string = site.properties.defaultHostName
