import type { Telemetry } from '@tally/run-steps';
import type { TelemetrySettings } from './telemetry-settings.ts';
import { currentScope, inScope, traceIdsOf } from './trace-scope.ts';

/** Telemetry that is started once and stopped once. */
export interface StartedTelemetry {
  readonly telemetry: Telemetry;
  /**
   * Loads the exporters. Where nothing is exported, nothing is loaded, so a start doesn't pay for telemetry
   * that is never read.
   */
  readonly start: () => Promise<void>;
  /** Sends what hasn't been sent yet. */
  readonly stop: () => Promise<void>;
}

/** Used until an exporter is loaded, or if there is none. Its spans only tell the log what they are about. */
const logTelemetry: Telemetry = {
  isOn: () => false,
  span: async (_name, parent, about, work) => await inScope({ about: { ...about, ...traceIdsOf(parent) } }, work),
  traceparent: () => undefined,
  count: () => {},
  measure: () => {},
};

/** Creates the telemetry of an app from its settings. */
export function createTelemetry(service: string, settings: TelemetrySettings): StartedTelemetry {
  let current = logTelemetry;
  let stop = async () => {};
  const isWanted =
    settings.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined || settings.APPLICATIONINSIGHTS_CONNECTION_STRING !== undefined;
  return {
    telemetry: {
      isOn: () => current.isOn(),
      span: async (name, parent, about, work) => await current.span(name, parent, about, work),
      traceparent: () => currentScope()?.traceparent,
      count: (metric, value, about) => current.count(metric, value, about),
      measure: (metric, value, about) => current.measure(metric, value, about),
    },
    start: async () => {
      if (!isWanted) return;
      const { openTelemetry } = await import('./open-telemetry.ts');
      const opened = await openTelemetry(service, settings);
      current = opened.telemetry;
      stop = opened.stop;
    },
    stop: async () => await stop(),
  };
}
