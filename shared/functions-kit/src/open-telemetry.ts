import {
  type Context,
  type Counter,
  type Histogram,
  isSpanContextValid,
  ROOT_CONTEXT,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader, type PushMetricExporter } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, BatchSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base';
import type { Telemetry } from '@tally/run-steps';
import type { TelemetrySettings } from './telemetry-settings.ts';
import { currentScope, inScope, traceIdsOf } from './trace-scope.ts';

interface Exporters {
  readonly spans: SpanExporter;
  readonly metrics: PushMetricExporter;
}

/**
 * Creates telemetry that is exported by the OpenTelemetry SDK. It is never registered globally, so no library
 * adds spans of its own.
 */
export async function openTelemetry(
  service: string,
  settings: TelemetrySettings,
): Promise<{ readonly telemetry: Telemetry; readonly stop: () => Promise<void> }> {
  const exporters = await exportersOf(settings);
  const resource = defaultResource().merge(resourceFromAttributes({ 'service.name': `tally-${service}` }));
  const tracers = new BasicTracerProvider({
    resource,
    spanProcessors: exporters.map(({ spans }) => new BatchSpanProcessor(spans)),
  });
  const exportIntervalMillis = settings.OTEL_METRIC_EXPORT_INTERVAL;
  const meters = new MeterProvider({
    resource,
    readers: exporters.map(
      ({ metrics }) =>
        new PeriodicExportingMetricReader({
          exporter: metrics,
          exportIntervalMillis,
          // The standard's default, but an export can't take longer than the time to the next.
          exportTimeoutMillis: Math.min(30_000, exportIntervalMillis),
        }),
    ),
  });
  const tracer = tracers.getTracer('tally');
  const meter = meters.getMeter('tally');
  const counters = new Map<string, Counter>();
  const histograms = new Map<string, Histogram>();
  const telemetry: Telemetry = {
    isOn: () => true,
    traceparent: () => currentScope()?.traceparent,
    span: async (name, parent, about, work) => {
      const options = { attributes: { ...about } };
      const span = tracer.startSpan(name, options, contextOf(parent ?? currentScope()?.traceparent));
      const { traceId, spanId, traceFlags } = span.spanContext();
      const traceparent = `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
      try {
        return await inScope({ about: { ...about, ...traceIdsOf(traceparent) }, traceparent }, work);
      } catch (error) {
        // Only the error's name: a message may quote text from outside.
        span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : 'error' });
        throw error;
      } finally {
        span.end();
      }
    },
    count: (metric, value, about = {}) => {
      const counter = counters.get(metric) ?? meter.createCounter(metric);
      counters.set(metric, counter);
      counter.add(value, about);
    },
    measure: (metric, value, about = {}) => {
      // A histogram, not a gauge: the last value of a gauge is exported on and on, even by an instance that
      // no longer runs the watchdog.
      const histogram = histograms.get(metric) ?? meter.createHistogram(metric);
      histograms.set(metric, histogram);
      histogram.record(value, about);
    },
  };
  return {
    telemetry,
    stop: async () => {
      await Promise.all([tracers.shutdown(), meters.shutdown()]);
    },
  };
}

async function exportersOf(settings: TelemetrySettings): Promise<Exporters[]> {
  const exporters: Exporters[] = [];
  // The SDK reads addresses and headers from the standard's variables.
  if (settings.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined) {
    exporters.push({ spans: new OTLPTraceExporter(), metrics: new OTLPMetricExporter() });
  }
  const connectionString = settings.APPLICATIONINSIGHTS_CONNECTION_STRING;
  if (connectionString !== undefined) {
    const { azureExporters } = await import('./azure-exporters.ts');
    exporters.push(azureExporters(connectionString, settings.APPLICATIONINSIGHTS_AUTHENTICATION_STRING));
  }
  return exporters;
}

function contextOf(traceparent: string | undefined): Context {
  const [, traceId = '', spanId = '', flags = '0'] = traceparent?.split('-') ?? [];
  const parent = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
  return isSpanContextValid(parent) ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT;
}
