/** The receiver of events. */
export interface Webhook {
  readonly url: string;
  /** Absent: events aren't signed. */
  readonly secret: string | undefined;
  /** `host:port` pairs that may be called although their address isn't public. */
  readonly allowHosts: ReadonlySet<string>;
}
