import type { FileLinkBody, FilesBody, operations } from '@tally/api';
import { ProblemError } from '@tally/functions-kit';
import { linkFile, listFiles, type StepContext } from '@tally/run-steps';
import type { Call } from '../call.ts';
import { runNotFound } from '../errors.ts';
import { type ApiResponse, json } from '../exchange.ts';

/** Long enough for a player to request the parts of a film, short enough for a link that needs no key. */
const LINK_VALID_MS = 10 * 60_000;

/** `GET /api/runs/{id}/files`: the files that a run has made. */
export async function answerFiles(
  steps: StepContext,
  { params: { id } }: Call<typeof operations.listFiles>,
): Promise<ApiResponse> {
  const files = await listFiles(steps, id);
  if (files === null) throw runNotFound(id);
  return json(200, { files: [...files] } satisfies FilesBody);
}

/**
 * `GET /api/runs/{id}/files/{file}/link`: a link that opens a file in a browser. It is only in the body, so
 * no request log contains it.
 */
export async function answerFileLink(
  steps: StepContext,
  { params: { id, file } }: Call<typeof operations.linkFile>,
): Promise<ApiResponse> {
  const expires = new Date(steps.now() + LINK_VALID_MS);
  const url = await linkFile(steps, id, file, LINK_VALID_MS);
  if (url === null) throw fileNotFound(id);
  const body = { url, expiresTime: expires.toISOString() } satisfies FileLinkBody;
  return json(200, body, { 'cache-control': 'no-store' });
}

function fileNotFound(id: string): ProblemError {
  const detail = `The run "${id}" has made no such file, or it was deleted.`;
  return new ProblemError(404, { title: 'Not found', code: 'FileNotFound', detail });
}
