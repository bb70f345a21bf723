import { ofType, property } from '../snapshot.ts';
import { mustBe, type Policy } from './policy.ts';

/** The faults that must alert a person, by their metric. */
const alerts = ['queue.poison', 'runs.stuck', 'runs.unserved', 'watchdog.heartbeat', 'runs.failed'];

export const monitoringPolicies: readonly Policy[] = [
  {
    says: 'telemetry is accepted from identities only, and the daily amount of logs is limited',
    check: (snapshot) => [
      ...mustBe(
        ofType(snapshot, 'Microsoft.Insights/components'),
        (insights) => property(insights, 'DisableLocalAuth'),
        true,
        'DisableLocalAuth',
      ),
      ...ofType(snapshot, 'Microsoft.OperationalInsights/workspaces')
        .filter((workspace) => !(Number(property(workspace, 'workspaceCapping.dailyQuotaGb')) > 0))
        .map(({ name }) => `${name} has no daily cap`),
    ],
  },
  {
    says: 'there is an alert for each fault that needs a person, and it has a recipient',
    check: (snapshot) => {
      const rules = ofType(snapshot, 'Microsoft.Insights/scheduledQueryRules');
      const groups = ofType(snapshot, 'Microsoft.Insights/actionGroups').map(({ id }) => id);
      const queries = rules.map((rule) => JSON.stringify(property(rule, 'criteria') ?? null));
      return [
        ...alerts
          .filter((metric) => !queries.some((query) => query.includes(`Name == \\"${metric}\\"`)))
          .map((metric) => `no alert looks at ${metric}`),
        ...mustBe(rules, (rule) => property(rule, 'enabled'), true, 'enabled'),
        ...rules
          .filter((rule) => !groups.some((group) => JSON.stringify(property(rule, 'actions') ?? null).includes(group)))
          .map(({ name }) => `${name} has no recipient`),
      ];
    },
  },
];
