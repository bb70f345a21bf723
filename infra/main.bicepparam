// For `azd up`: what azd knows, and dev's values for the rest.
using 'main.bicep'

param environmentName = readEnvironmentVariable('TALLY_ENVIRONMENT', 'dev')
param deployerId = readEnvironmentVariable('AZURE_PRINCIPAL_ID', '')
param chains = ['face-happiness', 'media']
