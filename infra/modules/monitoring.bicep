// Logs, metrics, and who is told of what. The platform's own queue metrics are hourly and tell no queue from another: the alerts
// stand on what the watchdog measures every half minute.

param nameSuffix string
param location string
param tags object
param environmentName string
param logRetentionDays int
param dailyLogCapGb int
param alertEmails string[]
param monthlyBudget int
param budgetStart string

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-02-01' = {
  name: 'log-tally-${nameSuffix}'
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: logRetentionDays
    workspaceCapping: { dailyQuotaGb: dailyLogCapGb }
    features: { disableLocalAuth: true, enableLogAccessUsingOnlyResourcePermissions: true }
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: 'appi-tally-${nameSuffix}'
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    // Telemetry is taken from identities that may publish it, not from callers that only know the key.
    DisableLocalAuth: true
    IngestionMode: 'LogAnalytics'
  }
}

resource actions 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-tally-${nameSuffix}'
  location: 'global'
  tags: tags
  properties: {
    // Shown in the subject of a message; at most 12 characters.
    groupShortName: 'tally-${environmentName}'
    enabled: true
    emailReceivers: [
      for (address, index) in alertEmails: {
        name: 'email-${index}'
        emailAddress: address
        useCommonAlertSchema: true
      }
    ]
  }
}

// severity: 0 critical, 1 error, 2 warning, 3 information. window: over which time the query looks. dimensions: columns by whose values
// alerts are told apart.
var alerts = [
  {
    name: 'poison'
    severity: 1
    description: 'Messages wait in a poison queue. Tally takes them from there within seconds; that they stay means that the queue\'s poison function fails or doesn\'t run.'
    query: 'AppMetrics | where Name == "queue.poison" | extend queue = tostring(Properties.queue) | summarize depth = min(Min) by queue, bin(TimeGenerated, 5m)'
    column: 'depth'
    operator: 'GreaterThan'
    threshold: 0
    window: 'PT15M'
    dimensions: ['queue']
  }
  {
    name: 'stuck'
    severity: 1
    description: 'Runs live and have not moved for long, although the watchdog repairs what is overdue.'
    query: 'AppMetrics | where Name == "runs.stuck" | summarize runs = max(Max) by bin(TimeGenerated, 5m)'
    column: 'runs'
    operator: 'GreaterThan'
    threshold: 0
    window: 'PT15M'
    dimensions: []
  }
  {
    name: 'unserved'
    severity: 1
    description: 'Runs wait for an app that serves their chain in their version; none has been there.'
    query: 'AppMetrics | where Name == "runs.unserved" | summarize runs = max(Max) by bin(TimeGenerated, 5m)'
    column: 'runs'
    operator: 'GreaterThan'
    threshold: 0
    window: 'PT15M'
    dimensions: []
  }
  {
    name: 'watchdog'
    severity: 0
    description: 'The watchdog has not reported for ten minutes; it should twice a minute. Lost messages are not repaired, and the other alerts are blind.'
    query: 'AppMetrics | where Name == "watchdog.heartbeat" | summarize beats = count()'
    column: 'beats'
    operator: 'LessThan'
    threshold: 1
    window: 'PT10M'
    dimensions: []
  }
  {
    name: 'failed-runs'
    severity: 2
    description: 'Runs have ended as Failed: past their deadline, over their tolerance, or because the Face endpoint refuses what is asked of it.'
    query: 'AppMetrics | where Name == "runs.failed" | summarize failed = sum(Sum)'
    column: 'failed'
    operator: 'GreaterThan'
    threshold: 0
    window: 'PT15M'
    dimensions: []
  }
]

resource rules 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for alert in alerts: {
    name: 'alert-${alert.name}-${nameSuffix}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: 'Tally ${environmentName}: ${alert.name}'
      description: alert.description
      severity: alert.severity
      enabled: true
      scopes: [workspace.id]
      evaluationFrequency: 'PT5M'
      windowSize: alert.window
      autoMitigate: true
      // A workspace that is minutes old may not know its tables yet.
      skipQueryValidation: true
      criteria: {
        allOf: [
          {
            query: alert.query
            metricMeasureColumn: alert.column
            timeAggregation: alert.operator == 'LessThan' ? 'Total' : 'Maximum'
            operator: alert.operator
            threshold: alert.threshold
            dimensions: [for dimension in alert.dimensions: { name: dimension, operator: 'Include', values: ['*'] }]
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      actions: { actionGroups: [actions.id] }
    }
  }
]

resource budget 'Microsoft.Consumption/budgets@2023-11-01' = if (monthlyBudget > 0 && !empty(alertEmails)) {
  name: 'budget-tally-${nameSuffix}'
  properties: {
    category: 'Cost'
    amount: monthlyBudget
    timeGrain: 'Monthly'
    timePeriod: { startDate: budgetStart }
    notifications: {
      nearlySpent: {
        enabled: true
        operator: 'GreaterThan'
        threshold: 80
        thresholdType: 'Actual'
        contactEmails: alertEmails
      }
      willBeOverspent: {
        enabled: true
        operator: 'GreaterThan'
        threshold: 100
        thresholdType: 'Forecasted'
        contactEmails: alertEmails
      }
    }
  }
}

output workspaceId string = workspace.id
output insightsName string = insights.name
// Not a secret: without local authentication it is an address.
output insightsConnectionString string = insights.properties.ConnectionString
