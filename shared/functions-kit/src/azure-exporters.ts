import { ManagedIdentityCredential } from '@azure/identity';
import { AzureMonitorMetricExporter, AzureMonitorTraceExporter } from '@azure/monitor-opentelemetry-exporter';

/**
 * Creates exporters to Application Insights.
 * @param authentication in the form of the Functions host: `ClientId=<id>;Authorization=AAD` signs in with
 * that identity; absent: none
 */
export function azureExporters(
  connectionString: string,
  authentication: string | undefined,
): { spans: AzureMonitorTraceExporter; metrics: AzureMonitorMetricExporter } {
  const parts = new Map(
    (authentication ?? '').split(';').map((part): [string, string] => {
      const [name = '', ...value] = part.split('=');
      return [name.trim().toLowerCase(), value.join('=').trim()];
    }),
  );
  const clientId = parts.get('clientid');
  const credential =
    parts.get('authorization') === 'AAD'
      ? new ManagedIdentityCredential(clientId === undefined ? {} : { clientId })
      : undefined;
  const options = { connectionString, ...(credential !== undefined && { credential }) };
  return { spans: new AzureMonitorTraceExporter(options), metrics: new AzureMonitorMetricExporter(options) };
}
