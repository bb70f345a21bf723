import * as z from 'zod';

/**
 * Where spans and metrics go: to Application Insights, to an OTLP endpoint, or to both; by default nowhere.
 * Sampling, headers, intervals and further addresses follow the standard's own variables
 * (`OTEL_TRACES_SAMPLER`, `OTEL_EXPORTER_OTLP_HEADERS` and so on), which the SDK reads.
 */
export const telemetrySettingsSchema = z.object({
  APPLICATIONINSIGHTS_CONNECTION_STRING: z.string().optional(),
  /** How the Functions host signs in, e.g. `ClientId=<id>;Authorization=AAD`; the app does the same. */
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: z.string().optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url('must be a URL, such as http://127.0.0.1:4318').optional(),
  OTEL_EXPORTER_OTLP_PROTOCOL: z.literal('http/json', 'must be http/json, which every collector takes').optional(),
  // The standard's default is a minute.
  OTEL_METRIC_EXPORT_INTERVAL: z.coerce.number().int().min(100, 'must be at least 100 milliseconds').default(60_000),
});

export type TelemetrySettings = z.infer<typeof telemetrySettingsSchema>;
