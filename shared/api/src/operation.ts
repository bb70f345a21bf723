import { problemSchema } from '@tally/contracts';
import * as z from 'zod';
import { flag } from './parameters.ts';

/** Parameters by name: of a path, a query, or headers. */
export type Parameters = z.ZodObject<Readonly<Record<string, z.ZodType>>>;

export type Method = 'GET' | 'HEAD' | 'POST' | 'PATCH' | 'DELETE';

/** A header of an answer. */
export interface AnswerHeader {
  readonly description: string;
  /** `always` means in all answers of this status. */
  readonly sent: 'always' | 'sometimes';
}

/** The answer for one status. Without a schema the body is empty. */
export interface Answer {
  readonly description: string;
  readonly schema?: z.ZodType;
  readonly mediaType?: 'application/json' | 'application/problem+json' | 'text/plain';
  readonly headers?: Readonly<Record<string, AnswerHeader>>;
}

export interface RequestBody {
  readonly schema: z.ZodType;
  readonly description: string;
  readonly maxBytes: number;
}

/** An operation's place among Durable Functions' own paths. */
export interface DurablePlace {
  /** The path as in Durable, below the prefix: `/instances/{id}`. */
  readonly path: `/${string}`;
  /** Statuses whose problem is answered as a line of text: Durable's clients show that body unchanged. */
  readonly textFor?: readonly number[];
}

/**
 * One operation of Tally's HTTP API. Intake validates with it, the OpenAPI document is built from it, and the
 * client is typed by it.
 */
export interface Operation {
  readonly id: string;
  readonly method: Method;
  /** Below `/api`, e.g. `/runs/{id}`. */
  readonly path: `/${string}`;
  readonly tag: 'runs' | 'chain' | 'dead letters' | 'service' | 'durable functions';
  /** `read` changes nothing: a read-only key is enough. */
  readonly access: 'read' | 'control';
  readonly summary: string;
  readonly description?: string;
  readonly params: Parameters;
  /**
   * Values that don't fit count as absent, with three exceptions: parameters that are always checked,
   * `strict=true`, and operations that delete.
   */
  readonly query: Parameters;
  readonly headers: Parameters;
  readonly body: RequestBody | null;
  /** The place of this operation in Durable Functions, if it has one. */
  readonly durable?: DurablePlace;
  readonly answers: Readonly<Record<number, Answer>>;
}

/** Keeps an operation's own types: its names, schemas and statuses. */
export function defineOperation<const Declared extends Operation>(operation: Declared): Declared {
  return operation;
}

/** The name of an operation's function. A key of its own is set at that function. */
export function functionNameOf({ id }: Pick<Operation, 'id'>): string {
  return id.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

export type ParamsOf<Declared extends Operation> = z.output<Declared['params']>;
export type QueryOf<Declared extends Operation> = z.output<Declared['query']>;
export type HeadersOf<Declared extends Operation> = z.output<Declared['headers']>;

/** The query parameters of an operation. Every operation has `strict`. */
export function query<Shape extends Readonly<Record<string, z.ZodType>>>(shape: Shape) {
  return z.object({
    ...shape,
    strict: flag('Refuse invalid values and unknown names instead of ignoring them.'),
  });
}

export const noParams = z.object({});
export const noHeaders = z.object({});

/** For operations that a caller asks again and again. */
export const ifNoneMatch = z.object({
  'if-none-match': z.string().optional().describe('The `etag` of an answer that you have.'),
});
export const etag = { etag: { description: 'Changes when the answer does.', sent: 'always' } } as const;

/** An answer that is a problem document. */
export function problem(description: string) {
  return { description, schema: problemSchema, mediaType: 'application/problem+json' } as const;
}

/** Further answers of an operation that takes a body. */
export const bodyAnswers = {
  411: problem('The body has no Content-Length, so none of it has arrived.'),
  413: problem('The body is too large.'),
  415: problem('The body has an unsupported coding; the problem names it.'),
} as const;

export const badQuery = problem('With `strict=true`: a parameter is invalid or unknown.');
