/**
 * What the answers need of a request. The Functions library's request has it, and a test can easily make one.
 */
export interface ApiRequest {
  /** As the caller wrote it. */
  readonly url: string;
  /**
   * The address of the runs for this caller, in the family of paths that the request uses:
   * `https://…/api/runs`.
   */
  readonly runsUrl: string;
  readonly headers: { get(name: string): string | null };
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** The form of an answer: a part of the Functions library's response. */
export interface ApiResponse {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly jsonBody?: unknown;
  /** In place of JSON. */
  readonly body?: string;
}

/** A JSON answer. */
export function json(status: number, jsonBody: unknown, headers: Record<string, string> = {}): ApiResponse {
  return { status, headers: { 'content-type': 'application/json; charset=utf-8', ...headers }, jsonBody };
}
