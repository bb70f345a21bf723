import {
  type HeadersOf,
  type Method,
  misfitsOf,
  type Operation,
  type Parameters,
  type ParamsOf,
  parseGiven,
  type QueryOf,
  readQuery,
} from '@tally/api';
import type * as z from 'zod';
import { invalidRequest, runNotFound } from './errors.ts';
import type { ApiRequest } from './exchange.ts';

/** A request, parsed by the schemas of its operation. The answer reads the body when its turn comes. */
export interface Call<Declared extends Operation> {
  readonly operation: Declared;
  /** The form whose path was called. */
  readonly form: Operation;
  readonly request: ApiRequest;
  readonly params: ParamsOf<Declared>;
  readonly query: QueryOf<Declared>;
  readonly headers: HeadersOf<Declared>;
}

/**
 * Parses a request by the schemas of its operation.
 * @param form the form whose path was called
 * @throws ProblemError 400, or 404 where the path names a run that can't exist
 */
export function readCall<Declared extends Operation>(
  operation: Declared,
  form: Operation,
  request: ApiRequest,
): Call<Declared> {
  // A path of Durable's may have more parameters than the operation's own.
  readParams(form.params, request, 404 in form.answers);
  const params = readParams<Declared['params']>(operation.params, request, 404 in operation.answers);
  const query = read<Declared['query']>(operation.query, request.query, operation.method);
  const headers = read<Declared['headers']>(
    operation.headers,
    headersAsQuery(operation.headers, request),
    operation.method,
  );
  return { operation, form, request, params, query, headers };
}

function readParams<Declared extends Parameters>(
  params: Declared,
  request: ApiRequest,
  looksForRun: boolean,
): z.output<Declared> {
  const parsed = parseGiven(params, request.params);
  if (parsed.success) return parsed.data;
  const misfits = misfitsOf('', parsed);
  // No run can have such an id. For a caller that looks for a run, that is "not found" and no invalid
  // request.
  if (looksForRun && misfits.some(({ field }) => field === 'id')) throw runNotFound(request.params['id'] ?? '');
  throw invalidRequest(misfits, 'InvalidPath');
}

function read<Declared extends Parameters>(
  declared: Declared,
  texts: URLSearchParams,
  method: Method,
): z.output<Declared> {
  const reading = readQuery(declared, texts, method);
  if (reading.kind === 'read') return reading.values;
  throw invalidRequest(reading.misfits);
}

/** Headers follow the same rule: a value that doesn't fit counts as absent. */
function headersAsQuery(declared: Parameters, request: ApiRequest): URLSearchParams {
  const texts = new URLSearchParams();
  for (const name of Object.keys(declared.shape)) {
    const text = request.headers.get(name);
    if (text !== null) texts.set(name, text);
  }
  return texts;
}
