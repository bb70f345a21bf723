/** Whom events go to. */
export interface Webhook {
  readonly url: string;
  /** Absent: events aren't signed. */
  readonly secret: string | undefined;
  /** `host:port` pairs that may be called though their address isn't public. */
  readonly allowHosts: ReadonlySet<string>;
}
