import type { Telemetry } from '@tally/run-steps';
import type { TelemetrySettings } from './telemetry-settings.ts';
import { currentScope, inScope, traceIdsOf } from './trace-scope.ts';

/** Telemetry that is started once and stopped once. */
export interface StartedTelemetry {
  readonly telemetry: Telemetry;
  /** Loads what exports. Nothing is loaded where nothing is to be exported: a start doesn't pay for what nobody reads. */
  readonly start: () => Promise<void>;
  /** Delivers what isn't delivered yet. */
  readonly stop: () => Promise<void>;
}

/** Until something listens, and where nothing does: spans lend their names to the log alone. */
const logTelemetry: Telemetry = {
  isOn: () => false,
  span: async (_name, parent, about, work) => await inScope({ about: { ...about, ...traceIdsOf(parent) } }, work),
  traceparent: () => undefined,
  count: () => {},
  measure: () => {},
};

/** The telemetry of an app, by its settings. */
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
