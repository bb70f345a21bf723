using 'main.bicep'

param environmentName = 'dev'
param detector = 'azure'
param deployerId = '11111111-1111-1111-1111-111111111111'
param chains = ['face-happiness']
