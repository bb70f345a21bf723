/** What a span, a measurement or a line of the log is about: short values, never a secret, never an image's URL. */
export type About = Readonly<Record<string, string | number>>;

/**
 * What the steps tell of themselves to whoever watches. Nothing depends on it: an implementation never throws, and never waits for an exporter.
 */
export interface Telemetry {
  /** Whether anyone listens. What costs a storage request is measured only then. */
  readonly isOn: () => boolean;
  /**
   * Does something within a span; a span that begins meanwhile is its child. What the work throws is noted and thrown on.
   * @param parent a W3C traceparent, such as a message carries; absent: the span that is current, or none, and then a trace begins
   */
  readonly span: <Value>(
    name: string,
    parent: string | undefined,
    about: About,
    work: () => Promise<Value>,
  ) => Promise<Value>;
  /** The traceparent of the current span, for the messages that are sent in it; undefined outside of spans, and where nobody listens. */
  readonly traceparent: () => string | undefined;
  /** Adds to a counter. */
  readonly count: (metric: CounterName, value: number, about?: About) => void;
  /** Notes a measured value. */
  readonly measure: (metric: MeasureName, value: number, about?: About) => void;
}

/** Counters: their sum over a time is how many came in that time, so that `items.rate` over a second is items a second. */
export type CounterName = 'items.rate' | 'runs.failed' | 'watchdog.heartbeat';

/** Measured values. Depths and runs are numbers, `item.latency` is in milliseconds. */
export type MeasureName =
  | 'queue.depth'
  | 'queue.poison'
  | 'runs.live'
  | 'runs.stuck'
  | 'runs.unserved'
  | 'item.latency';

/** Nobody listens. */
export const noTelemetry: Telemetry = {
  isOn: () => false,
  span: async (_name, _parent, _about, work) => await work(),
  traceparent: () => undefined,
  count: () => {},
  measure: () => {},
};
