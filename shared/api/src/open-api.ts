import type { ChainDefinition } from '@tally/chain';
import { problemSchema } from '@tally/contracts';
import * as z from 'zod';
import {
  activitySchema,
  chainSchema,
  chainsSchema,
  chainVersionSchema,
  deadLetterSchema,
  deadLettersPageSchema,
  graphNodeSchema,
  healthSchema,
  listedChainSchema,
  nodeActivitySchema,
  redrivenSchema,
  stageSchema,
  stuckRunSchema,
} from './chain-bodies.ts';
import { type Answer, type Operation, type Parameters, problem } from './operation.ts';
import { allForms } from './operations.ts';
import {
  checkStatusSchema,
  countsSchema,
  historyEventSchema,
  itemSchema,
  itemsPageSchema,
  listedRunSchema,
  nodeSchema,
  peekedSchema,
  purgedSchema,
  rowsPageSchema,
  runCountsSchema,
  runErrorSchema,
  runStatusSchema,
  verdictSchema,
  windowSchema,
} from './run-bodies.ts';
import { startBodySchema, startInput } from './start-body.ts';

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** The schemas that the document refers to by name. */
const names = {
  Activity: activitySchema,
  Chain: chainSchema,
  Chains: chainsSchema,
  ChainVersion: chainVersionSchema,
  CheckStatus: checkStatusSchema,
  Counts: countsSchema,
  DeadLetter: deadLetterSchema,
  DeadLettersPage: deadLettersPageSchema,
  GraphNode: graphNodeSchema,
  Health: healthSchema,
  HistoryEvent: historyEventSchema,
  Item: itemSchema,
  ItemsPage: itemsPageSchema,
  ListedChain: listedChainSchema,
  ListedRun: listedRunSchema,
  NodeActivity: nodeActivitySchema,
  PeekedMessages: peekedSchema,
  Problem: problemSchema,
  Purged: purgedSchema,
  Redriven: redrivenSchema,
  RowsPage: rowsPageSchema,
  RunCounts: runCountsSchema,
  RunError: runErrorSchema,
  RunNode: nodeSchema,
  RunStatus: runStatusSchema,
  Stage: stageSchema,
  StuckRun: stuckRunSchema,
  Verdict: verdictSchema,
  Window: windowSchema,
} satisfies Record<string, z.ZodType>;

const nameOf = new Map<z.core.$ZodType, string>(Object.entries(names).map(([name, schema]) => [schema, name]));

/** The chains of a deployment, with the parts that a start needs. */
type Chains = readonly Pick<ChainDefinition, 'name' | 'version' | 'input' | 'startForm'>[];

const tags = [
  { name: 'runs', description: 'Start runs, look at them, control them.' },
  { name: 'chain', description: 'What the runs go through.' },
  { name: 'dead letters', description: 'What could not be processed.' },
  { name: 'service', description: 'About the API itself.' },
  { name: 'durable functions', description: 'The same at the paths of Durable Functions, for its clients.' },
];
const other: Answer = problem('An error that is not the request’s.');
const noKey: Answer = { description: 'No key, or not the right one.' };

/**
 * Builds the OpenAPI 3.1 document of the complete API from the schemas that validate.
 * @param chains of the deployment, all versions: a start takes their inputs. The first is the default
 */
export function openApiDocument(chains: Chains) {
  const inputs = inputsOf(chains);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Tally',
      version: '1.0.0',
      summary: 'Queue-chained, fully tracked workflows on an Azure Storage account',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/api' }],
    security: [{ keyHeader: [] }, { keyQuery: [] }],
    tags,
    paths: pathsOf(allForms, inputs),
    components: {
      schemas: { ...components(), ...Object.fromEntries(inputs.map(({ name, schema }) => [name, schema])) },
      securitySchemes: {
        keyHeader: { type: 'apiKey', in: 'header', name: 'x-functions-key' },
        keyQuery: { type: 'apiKey', in: 'query', name: 'code' },
      },
    },
  };
}

/** The input of a chain's newest version, under a name in the document. */
interface NamedInput {
  readonly name: string;
  readonly schema: JsonSchema;
}

function inputsOf(chains: Chains): NamedInput[] {
  return [...Map.groupBy(chains, ({ name }) => name)].flatMap(([name, versions]) => {
    const newest = versions.toSorted((left, right) => right.version - left.version)[0];
    if (newest === undefined) return [];
    const { $schema: _, ...schema } = jsonSchemaOf(startBodySchema(newest), 'input');
    return [{ name: `Start.${name}`, schema }];
  });
}

/** The body of a start: that of any chain where the path names one, otherwise that of the default chain. */
function startBodyOf(operation: Operation, inputs: readonly NamedInput[]): JsonSchema | null {
  if (operation.body?.schema !== startInput) return null;
  const refs = inputs.map(({ name }) => ({ $ref: `#/components/schemas/${name}` }));
  const [first] = refs;
  if (first === undefined) return null;
  return 'chain' in operation.params.shape ? { anyOf: refs } : first;
}

function pathsOf(list: readonly Operation[], inputs: readonly NamedInput[]) {
  const paths: Record<string, Record<string, ReturnType<typeof describeOperation>>> = {};
  for (const operation of list) {
    paths[operation.path] = {
      ...paths[operation.path],
      [operation.method.toLowerCase()]: describeOperation(operation, startBodyOf(operation, inputs)),
    };
  }
  return paths;
}

function describeOperation(operation: Operation, startBody: JsonSchema | null) {
  const { id, tag, summary, description, params, query, headers, body, answers } = operation;
  return {
    operationId: id,
    tags: [tag],
    summary,
    description,
    parameters: [...parametersOf('path', params), ...parametersOf('query', query), ...parametersOf('header', headers)],
    requestBody:
      body === null
        ? undefined
        : {
            description: body.description,
            content: { 'application/json': { schema: startBody ?? inline(body.schema, 'input') } },
          },
    responses: Object.fromEntries(
      Object.entries({ 401: noKey, ...answers, default: other }).map(([status, answer]) => [
        status,
        describeAnswer(answer),
      ]),
    ),
  };
}

function parametersOf(place: 'path' | 'query' | 'header', schemas: Parameters) {
  return Object.entries(schemas.shape).map(([name, parameter]) => {
    // The schema describes the meaning of the text, not that it is one.
    const { description, ...schema } = inline(parameter, 'output');
    const isOptional = z.safeParse(parameter, undefined).success;
    return { name, in: place, required: !isOptional, description, schema };
  });
}

function describeAnswer({ description, schema, mediaType = 'application/json', headers = {} }: Answer) {
  const described = Object.entries(headers).map(([name, header]): [string, unknown] => [
    name,
    { description: header.description, required: header.sent === 'always', schema: { type: 'string' } },
  ]);
  return {
    description,
    headers: described.length === 0 ? undefined : Object.fromEntries<unknown>(described),
    content: schema === undefined ? undefined : { [mediaType]: { schema: inline(schema, 'output') } },
  };
}

/** A schema in the place where it is used. Named ones become references. */
function inline(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const name = nameOf.get(schema);
  if (name !== undefined) return { $ref: `#/components/schemas/${name}` };
  const { $schema: _, ...json } = jsonSchemaOf(schema, io);
  return json;
}

function components(): Record<string, JsonSchema> {
  const written = Object.entries(names).map(([name, schema]): [string, JsonSchema] => {
    const { $schema: _, ...json } = jsonSchemaOf(schema, 'output');
    return [name, json];
  });
  return Object.fromEntries(written);
}

/** Converts a schema to JSON Schema, with references to named schemas inside it. */
function jsonSchemaOf(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  return z.toJSONSchema(schema, {
    io,
    // Refinements in a chain's own schema can't be expressed. The refusal describes those.
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema, path }) => {
      const name = nameOf.get(zodSchema);
      if (name !== undefined && path.length > 0) replaceBy(jsonSchema, { $ref: `#/components/schemas/${name}` });
      // The pattern of an instant fills a screen and says no more than its format.
      if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
    },
  });
}

function replaceBy(target: JsonSchema, content: JsonSchema): void {
  for (const key of Object.keys(target)) delete target[key];
  Object.assign(target, content);
}
