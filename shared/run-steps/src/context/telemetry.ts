/** What a span, a measurement or a log line is about: short values, never a secret, never an image's URL. */
export type About = Readonly<Record<string, string | number>>;

/**
 * What the steps report about themselves. Nothing depends on it: an implementation never throws, and never
 * waits for an exporter.
 */
export interface Telemetry {
  /** Whether telemetry is exported. Values that cost a storage request are measured only then. */
  readonly isOn: () => boolean;
  /**
   * Does work within a span. A span that begins during it is its child. What the work throws is noted and
   * thrown on.
   * @param parent a W3C traceparent, such as a message carries; absent: the current span, or none, which
   * begins a trace
   */
  readonly span: <Value>(
    name: string,
    parent: string | undefined,
    about: About,
    work: () => Promise<Value>,
  ) => Promise<Value>;
  /**
   * The traceparent of the current span, for the messages that are sent in it; undefined outside of spans,
   * and where telemetry is off.
   */
  readonly traceparent: () => string | undefined;
  /** Adds to a counter. */
  readonly count: (metric: CounterName, value: number, about?: About) => void;
  /** Notes a measured value. */
  readonly measure: (metric: MeasureName, value: number, about?: About) => void;
}

/**
 * Counters. Their sum over a time is how many came in that time, so `items.rate` over a second is items a
 * second.
 */
export type CounterName = 'items.rate' | 'runs.failed' | 'watchdog.heartbeat';

/** Measured values. Depths and runs are numbers; `item.latency` is in milliseconds. */
export type MeasureName =
  | 'queue.depth'
  | 'queue.poison'
  | 'runs.live'
  | 'runs.stuck'
  | 'runs.unserved'
  | 'item.latency';

/** Telemetry that is off. */
export const noTelemetry: Telemetry = {
  isOn: () => false,
  span: async (_name, _parent, _about, work) => await work(),
  traceparent: () => undefined,
  count: () => {},
  measure: () => {},
};
