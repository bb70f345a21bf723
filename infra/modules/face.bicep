// Azure AI Face, reached by identity only. Deleting it only hides it for 48 hours: scripts/teardown.sh purges it, else the next deployment of the
// same name fails with FlagMustBeSetForRestore.

param name string
param location string
param tags object
param sku string

resource face 'Microsoft.CognitiveServices/accounts@2025-06-01' = {
  name: name
  location: location
  tags: tags
  kind: 'Face'
  sku: { name: sku }
  properties: {
    // Tokens of an identity are taken at a name of one's own only, not at the region's.
    customSubDomainName: name
    disableLocalAuth: true
    publicNetworkAccess: 'Enabled'
  }
}

output name string = face.name
// Without a slash at its end, as all our endpoints.
output endpoint string = 'https://${name}.cognitiveservices.azure.com'
