// Holds the one secret that Tally has: the key between detect and its own face service.

param name string
param location string
param tags object

@secure()
param faceKey string
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
    // The shortest there is: what it holds can be made anew at any time.
    softDeleteRetentionInDays: 7
    publicNetworkAccess: publicAccess ? 'Enabled' : 'Disabled'
    networkAcls: { defaultAction: publicAccess ? 'Allow' : 'Deny', bypass: 'None' }
  }
}

// Made once: a later deployment leaves it, so that both apps always hold the same. To rotate it, delete the secret and deploy again.
@onlyIfNotExists()
resource secret 'Microsoft.KeyVault/vaults/secrets@2024-11-01' = {
  parent: vault
  name: 'face-key'
  properties: { value: faceKey, contentType: 'key of the face service' }
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
output faceKeySecretName string = secret.name
// A reference, not the secret: the platform resolves it by the app's identity.
output faceKeyReference string = '@Microsoft.KeyVault(VaultName=${vault.name};SecretName=face-key)'
