import type { Operation, ParamsOf, QueryOf } from '@tally/api';
import type * as z from 'zod';

type BodyOf<Declared extends Operation> = Declared['body'] extends { readonly schema: infer Schema extends z.ZodType }
  ? z.input<Schema>
  : undefined;

/** A part of a request. It is left out when it has no names, and optional when all its values are. */
type Part<Name extends string, Values> = string extends keyof Values
  ? unknown
  : Partial<Values> extends Values
    ? { readonly [Key in Name]?: Values }
    : { readonly [Key in Name]: Values };

/** The request of an operation, by its declaration. */
export type RequestOf<Declared extends Operation> = Part<'params', ParamsOf<Declared>> &
  Part<'query', Omit<QueryOf<Declared>, 'strict'>> & {
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: BodyOf<Declared>;
    readonly signal?: AbortSignal;
  };

type BodyAnswered<Declared> = Declared extends { readonly schema: infer Schema extends z.ZodType }
  ? z.output<Schema>
  : unknown;

/** Statuses of problem documents are thrown, the others are returned. */
type IsProblem<Declared> = Declared extends { readonly mediaType: 'application/problem+json' } ? true : false;

/** The answer of an operation, by its declaration. The status determines the body. */
export type AnswerOf<Declared extends Operation> = {
  [Status in keyof Declared['answers'] & number]: IsProblem<Declared['answers'][Status]> extends true
    ? never
    : { readonly status: Status; readonly headers: Headers; readonly body: BodyAnswered<Declared['answers'][Status]> };
}[keyof Declared['answers'] & number];
