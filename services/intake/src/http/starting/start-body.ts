import {
  DEADLINE_MAX_MS,
  misfitsOf,
  parseGiven,
  type RunOptionsGiven,
  runOptionsSchema,
  startFormSchema,
} from '@tally/api';
import type { ChainDefinition, StartForm } from '@tally/chain';
import { anyJson, type Json } from '@tally/contracts';
import { type RunOptions, VALUE_MAX_CHARS } from '@tally/run-state';
import * as z from 'zod';
import { parseJson } from '../body/read-body.ts';
import { invalidRequest, wrongFields } from '../errors.ts';

/**
 * A body up to this many characters is kept complete in the run's row, so that the status can show it. A
 * property holds 32 Ki.
 */
const SHOWN_MAX_CHARS = 16 * 1024;

/** A start as the caller wants it. */
export interface Start {
  readonly input: Json;
  readonly options: RunOptions;
  /** The body as it came, or a summary of a large one. */
  readonly shownInput: Json;
}

/** The parts of a chain that a start's body is read with. */
type Started = Pick<ChainDefinition, 'input' | 'startForm' | 'rootItems' | 'itemsField' | 'keptInput' | 'nodes'>;

/**
 * Reads a start's body. It is the chain's input, or follows the chain's form, which may contain options of
 * the run.
 * @param asked the options in the query
 * @param now milliseconds since 1970: a deadline must be ahead
 * @throws ProblemError 400 naming each wrong field and its limit, 413 when the input is larger than a run
 * keeps
 */
export function parseStart(text: string, chain: Started, asked: RunOptionsGiven, now: number): Start {
  const body = readBody(text, chain);
  const { input, given } =
    chain.startForm === undefined ? readInput(body, chain) : readForm(body, chain.startForm, chain);
  checkSize(chain.keptInput?.(input) ?? input);
  const options = optionsOf(bothOptions(asked, given), now);
  return { input, options, shownInput: shownInput(body, text.length, chain) };
}

interface Given {
  readonly input: Json;
  readonly given: RunOptionsGiven;
}

/** An empty body counts as null, which some inputs allow. */
function readBody(text: string, { startForm, input }: Started): unknown {
  if (text.trim() !== '') return parseJson(text);
  if (startForm === undefined && input.safeParse(null).success) return null;
  const words = startForm?.words ?? "the chain's input, as JSON";
  throw invalidRequest([{ field: 'body', message: `is empty; it must be ${words}` }]);
}

function readInput(body: unknown, chain: Started): Given {
  const { itemsField } = chain;
  if (itemsField !== undefined && typeof body === 'object' && body !== null) checkLength(body, itemsField, chain);
  const parsed = parseGiven(chain.input, body);
  if (!parsed.success) throw invalidRequest(misfitsOf('', parsed));
  return { input: parsed.data, given: {} };
}

function readForm(json: unknown, form: StartForm, chain: Started): Given {
  const body = Array.isArray(json) && form.listAs !== undefined ? { [form.listAs]: json } : json;
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw invalidRequest([{ field: 'body', message: `must be ${form.words}` }]);
  if (chain.itemsField !== undefined) checkLength(body, chain.itemsField, chain);
  const parsed = parseGiven(schemaOf(form), body);
  if (!parsed.success) throw invalidRequest(misfitsOf('', parsed));
  const fields = Object.entries(parsed.data).filter(([name, value]) => name in form.fields && value !== undefined);
  // By the types of the declaration, the output of the fields' schemas is the chain's input. A second check
  // of 200,000 items would find nothing.
  return { input: z.custom<Json>().parse(Object.fromEntries(fields)), given: runOptionsSchema.parse(parsed.data) };
}

const schemas = new WeakMap<StartForm, ReturnType<typeof startFormSchema>>();

/** Made once for each chain: to make it takes longer than to check the body of a small run. */
function schemaOf(form: StartForm): ReturnType<typeof startFormSchema> {
  const known = schemas.get(form);
  if (known !== undefined) return known;
  const made = startFormSchema(form);
  schemas.set(form, made);
  return made;
}

/** Runs before the check of each item: a list that is too long is refused for its length alone. */
function checkLength(body: object, field: string, { rootItems, nodes }: Started): void {
  const map = nodes.find(({ name }) => name === rootItems);
  const items = fieldOf(body, field);
  if (map?.kind !== 'map' || !Array.isArray(items) || items.length <= map.maxItems) return;
  const message = `has ${items.length} entries; a run takes at most ${map.maxItems}`;
  throw invalidRequest([{ field, message, limit: map.maxItems }]);
}

function checkSize(kept: Json): void {
  const { length } = JSON.stringify(kept);
  if (length <= VALUE_MAX_CHARS) return;
  const message = `takes ${length} characters as JSON; a run keeps at most ${VALUE_MAX_CHARS}`;
  const named = { title: 'Input too large', code: 'InputTooLarge' };
  throw wrongFields(413, named, [{ field: 'body', message, limit: VALUE_MAX_CHARS }]);
}

/** @throws ProblemError 400 for an option that is given twice: it isn't clear which one is meant */
function bothOptions(asked: RunOptionsGiven, given: RunOptionsGiven): RunOptionsGiven {
  const twice = Object.entries(runOptionsSchema.parse(given)).filter(
    ([name, value]) =>
      value !== undefined && Object.entries(asked).some((one) => one[0] === name && one[1] !== undefined),
  );
  if (twice.length === 0) return { ...given, ...withoutAbsent(asked) };
  throw invalidRequest(twice.map(([field]) => ({ field, message: 'is given in the query and in the body' })));
}

function withoutAbsent(options: RunOptionsGiven): RunOptionsGiven {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function optionsOf(given: RunOptionsGiven, now: number): RunOptions {
  const { window, toleratedFailureCount, toleratedFailurePercentage, deadline } = given;
  return {
    tolerance: { count: toleratedFailureCount, percentage: toleratedFailurePercentage },
    window,
    deadline: deadline === undefined ? undefined : instantAhead(deadline, now),
  };
}

function instantAhead(deadline: string, now: number): number {
  const instant = Date.parse(deadline);
  const latest = now + DEADLINE_MAX_MS;
  if (instant > now && instant <= latest) return instant;
  const [from, to] = [now, latest].map((limit) => new Date(limit).toISOString());
  throw invalidRequest([
    { field: 'deadline', message: `must be ahead, by at most ten years: after ${from}, until ${to}` },
  ]);
}

function shownInput(body: unknown, chars: number, { itemsField }: Started): Json {
  if (chars <= SHOWN_MAX_CHARS) return anyJson.parse(body);
  if (itemsField === undefined) return { truncated: true };
  const items: unknown = Array.isArray(body) ? body : fieldOf(body, itemsField);
  return { [itemsField]: { count: Array.isArray(items) ? items.length : 0 }, truncated: true };
}

function fieldOf(body: unknown, field: string): unknown {
  return typeof body === 'object' && body !== null
    ? Object.entries(body).find(([name]) => name === field)?.[1]
    : undefined;
}
