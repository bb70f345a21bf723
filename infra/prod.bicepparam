// For real work. Put your own addresses and amounts here.
using 'main.bicep'

param environmentName = 'prod'
param privateNetwork = true
param storageSku = 'Standard_ZRS'
param alwaysReadyIntake = 1
param maxInstances = { detect: 100, face: 200 }
param runRetentionDays = 90
param logRetentionDays = 90
param dailyLogCapGb = 10
param alertEmails = ['operations@example.com']
param monthlyBudget = 500
param mail = {
  host: 'smtp.example.com'
  user: 'tally'
  from: 'The shop <shop@example.com>'
  approver: 'operations@example.com'
}
param mailPassword = readEnvironmentVariable('TALLY_SMTP_PASSWORD', '')
