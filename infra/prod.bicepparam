// For real work. Put your own addresses and amounts here.
using 'main.bicep'

param environmentName = 'prod'
param privateNetwork = true
param storageSku = 'Standard_ZRS'
param alwaysReadyIntake = 1
param maxInstances = { intake: 40, detect: 100, aggregate: 40, face: 200 }
param runRetentionDays = 90
param logRetentionDays = 90
param dailyLogCapGb = 10
param alertEmails = ['operations@example.com']
param monthlyBudget = 500
