import type { StepContext } from '@tally/run-steps';

/** The steps of the chains that this intake starts. */
export type Steps = StepContext;

/** What the answers need of a request: satisfied by the Functions library's, and easy to make in a test. */
export interface ApiRequest {
  /** As the caller has written it. */
  readonly url: string;
  /** Where the runs are for this caller, in the family of paths that the request uses: `https://…/api/runs`. */
  readonly runsUrl: string;
  readonly headers: { get(name: string): string | null };
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** What the answers are: a part of the Functions library's response. */
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
