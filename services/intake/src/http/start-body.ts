import { imageUrlSchema } from '@tally/chain';
import { type FieldError, ProblemError } from '@tally/functions-kit';
import type { RunOptions } from '@tally/run-state';
import { z } from 'zod';
import type { ApiRequest } from './context.ts';

/** Most bytes of a start's body. Two hundred thousand URLs of common length are about 20 MB; the platform allows 100. */
export const BODY_MAX_BYTES = 32 * 1024 * 1024;
/** Field errors that a problem document lists; the rest is counted. */
const ERRORS_LISTED = 10;

/** A start as the caller wants it. */
export interface Start {
  readonly urls: readonly string[];
  readonly options: RunOptions;
  readonly window: number | undefined;
}

const optionsSchema = z.strictObject({
  urls: z.array(imageUrlSchema).min(1, 'at least one image URL is needed'),
  window: z.number().int().min(1).max(1_000_000).optional(),
  toleratedFailureCount: z.number().int().min(0).optional(),
  toleratedFailurePercentage: z.number().min(0).max(100).optional(),
  deadline: z.iso.datetime({ offset: true, error: 'must be an instant such as 2030-01-01T12:00:00Z' }).optional(),
});

/** The start's body, read no further than the limit. @throws ProblemError 413 naming the limit */
export async function readBody(request: ApiRequest): Promise<string> {
  const announced = Number(request.headers.get('content-length') ?? 0);
  if (announced > BODY_MAX_BYTES) throw tooLarge(announced);
  const bytes = await request.arrayBuffer();
  if (bytes.byteLength > BODY_MAX_BYTES) throw tooLarge(bytes.byteLength);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new ProblemError(
      400,
      { title: 'Invalid request', code: 'InvalidText', detail: 'The body is not UTF-8 text.' },
      { cause },
    );
  }
}

/**
 * A start's body: a list of image URLs, or an object with `urls` and options.
 * @param maxUrls most URLs a run
 * @throws ProblemError 400 naming each wrong field and its limit
 */
export function parseStart(text: string, maxUrls: number): Start {
  const json = parseJson(text);
  const body = Array.isArray(json) ? { urls: json } : json;
  if (typeof body !== 'object' || body === null) {
    throw invalid([{ field: 'body', message: 'must be a list of image URLs, or an object with "urls"' }]);
  }
  // Before each URL is looked at: a list that is too long is refused for its length alone.
  if ('urls' in body && Array.isArray(body.urls) && body.urls.length > maxUrls) {
    const message = `has ${body.urls.length} URLs; a run takes at most ${maxUrls}`;
    throw invalid([{ field: 'urls', message, limit: maxUrls }]);
  }
  const parsed = optionsSchema.safeParse(body);
  if (!parsed.success) throw invalid(parsed.error.issues.map(fieldError));
  const { urls, window, toleratedFailureCount, toleratedFailurePercentage, deadline } = parsed.data;
  const tolerance = { count: toleratedFailureCount, percentage: toleratedFailurePercentage };
  return { urls, window, options: { tolerance, deadline: deadline === undefined ? undefined : Date.parse(deadline) } };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const detail = 'Invalid JSON content: send a list of image URLs, or an object with "urls".';
    throw new ProblemError(
      400,
      { title: 'Invalid request', code: 'InvalidJson', detail, errors: [{ field: 'body', message: 'is not JSON' }] },
      { cause },
    );
  }
}

function fieldError(issue: z.core.$ZodIssue): FieldError {
  const field = issue.path.reduce<string>(
    (path, part) =>
      typeof part === 'number' ? `${path}[${part}]` : path === '' ? String(part) : `${path}.${String(part)}`,
    '',
  );
  const limit =
    issue.code === 'too_big' ? Number(issue.maximum) : issue.code === 'too_small' ? Number(issue.minimum) : undefined;
  return { field: field === '' ? 'body' : field, message: issue.message, limit };
}

function invalid(errors: readonly FieldError[]): ProblemError {
  const [first] = errors;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  const detail = `${first?.field ?? 'body'}: ${first?.message ?? 'is wrong'}${more}`;
  return new ProblemError(400, {
    title: 'Invalid request',
    code: 'InvalidRequest',
    detail,
    errors: errors.slice(0, ERRORS_LISTED),
  });
}

function tooLarge(bytes: number): ProblemError {
  const message = `has ${bytes} bytes; at most ${BODY_MAX_BYTES} are taken`;
  const errors = [{ field: 'body', message, limit: BODY_MAX_BYTES }];
  return new ProblemError(413, {
    title: 'Body too large',
    code: 'BodyTooLarge',
    detail: `body: ${message}; start several runs`,
    errors,
  });
}
