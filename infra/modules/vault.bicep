// Holds the secrets that Tally has.

param name string
param location string
param tags object

@description('Between detect and the face service; empty: there is none.')
@secure()
param faceKey string

@description('Signs the links by which people answer runs.')
@secure()
param linkKey string

@description('Empty: the secret in the vault is kept.')
@secure()
param mailPassword string

@description('Empty: the secret in the vault is kept.')
@secure()
param webhookSecret string
param publicAccess bool
param workspaceId string

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    // The shortest possible: its secrets can be created again at any time.
    softDeleteRetentionInDays: 7
    publicNetworkAccess: publicAccess ? 'Enabled' : 'Disabled'
    networkAcls: { defaultAction: publicAccess ? 'Allow' : 'Deny', bypass: 'None' }
  }
}

// The first two are made once: a later deployment leaves them, so that both apps always hold the same. To rotate one, delete the secret and deploy again.
@onlyIfNotExists()
resource faceSecret 'Microsoft.KeyVault/vaults/secrets@2024-11-01' = if (!empty(faceKey)) {
  parent: vault
  name: 'face-key'
  properties: { value: faceKey, contentType: 'key of the face service' }
}

@onlyIfNotExists()
resource linkSecret 'Microsoft.KeyVault/vaults/secrets@2024-11-01' = {
  parent: vault
  name: 'link-key'
  properties: { value: linkKey, contentType: 'key that signs links to answer runs by' }
}

resource mailSecret 'Microsoft.KeyVault/vaults/secrets@2024-11-01' = if (!empty(mailPassword)) {
  parent: vault
  name: 'smtp-password'
  properties: { value: mailPassword, contentType: 'password of the mail server' }
}

resource webhookSigning 'Microsoft.KeyVault/vaults/secrets@2024-11-01' = if (!empty(webhookSecret)) {
  parent: vault
  name: 'webhook-secret'
  properties: { value: webhookSecret, contentType: 'signs the events for the webhook' }
}

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: vault
  name: 'to-workspace'
  properties: {
    workspaceId: workspaceId
    logs: [{ categoryGroup: 'audit', enabled: true }]
  }
}

output id string = vault.id
output name string = vault.name
