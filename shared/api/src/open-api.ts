import { z } from 'zod';
import {
  chainSchema,
  deadLetterSchema,
  deadLettersPageSchema,
  healthSchema,
  redrivenSchema,
  stageSchema,
} from './chain-bodies.ts';
import { type Answer, type Operation, type Parameters, problem } from './operation.ts';
import { allForms } from './operations.ts';
import { problemSchema } from './problem.ts';
import {
  checkStatusSchema,
  countsSchema,
  historyEventSchema,
  itemSchema,
  itemsPageSchema,
  listedRunSchema,
  purgedSchema,
  runErrorSchema,
  runOutputSchema,
  runStatusSchema,
  windowSchema,
} from './run-bodies.ts';
import { approvalSchema, startBodySchema, startOptionsSchema } from './start-body.ts';

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** The schemas that the document calls by name. */
const names = {
  Approval: approvalSchema,
  Chain: chainSchema,
  CheckStatus: checkStatusSchema,
  Counts: countsSchema,
  DeadLetter: deadLetterSchema,
  DeadLettersPage: deadLettersPageSchema,
  Health: healthSchema,
  HistoryEvent: historyEventSchema,
  Item: itemSchema,
  ItemsPage: itemsPageSchema,
  ListedRun: listedRunSchema,
  Problem: problemSchema,
  Purged: purgedSchema,
  Redriven: redrivenSchema,
  RunError: runErrorSchema,
  RunOutput: runOutputSchema,
  RunStatus: runStatusSchema,
  Stage: stageSchema,
  StartBody: startBodySchema,
  StartOptions: startOptionsSchema,
  Window: windowSchema,
} satisfies Record<string, z.ZodType>;

const nameOf = new Map<z.core.$ZodType, string>(Object.entries(names).map(([name, schema]) => [schema, name]));
const tags = [
  { name: 'runs', description: 'Start runs, look at them, control them.' },
  { name: 'chain', description: 'What the runs go through.' },
  { name: 'dead letters', description: 'What could not be processed.' },
  { name: 'service', description: 'About the API itself.' },
  { name: 'durable functions', description: 'The same at the paths of Durable Functions, for its clients.' },
];
const other: Answer = problem('An error that is not the request’s.');
const noKey: Answer = { description: 'No key, or not the right one.' };

/** The OpenAPI 3.1 document of the whole API, made of the schemas that validate. */
export function openApiDocument() {
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
    paths: pathsOf(allForms),
    components: {
      schemas: components(),
      securitySchemes: {
        keyHeader: { type: 'apiKey', in: 'header', name: 'x-functions-key' },
        keyQuery: { type: 'apiKey', in: 'query', name: 'code' },
      },
    },
  };
}

function pathsOf(list: readonly Operation[]) {
  const paths: Record<string, Record<string, ReturnType<typeof describeOperation>>> = {};
  for (const operation of list) {
    paths[operation.path] = {
      ...paths[operation.path],
      [operation.method.toLowerCase()]: describeOperation(operation),
    };
  }
  return paths;
}

function describeOperation({ id, tag, summary, description, params, query, headers, body, answers }: Operation) {
  return {
    operationId: id,
    tags: [tag],
    summary,
    description,
    parameters: [...parametersOf('path', params), ...parametersOf('query', query), ...parametersOf('header', headers)],
    requestBody:
      body === null
        ? undefined
        : { description: body.description, content: { 'application/json': { schema: inline(body.schema, 'input') } } },
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
    // What the text means, not that it is one.
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

/** A schema where it is used: those with a name by reference. */
function inline(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const name = nameOf.get(schema);
  if (name !== undefined) return { $ref: `#/components/schemas/${name}` };
  const { $schema: _, ...json } = jsonSchemaOf(schema, io);
  return json;
}

function components(): Record<string, JsonSchema> {
  const written = Object.entries(names).map(([name, schema]): [string, JsonSchema] => {
    const io = name.startsWith('Start') || name === 'Approval' ? 'input' : 'output';
    const { $schema: _, ...json } = jsonSchemaOf(schema, io);
    return [name, json];
  });
  return Object.fromEntries(written);
}

/** A schema as JSON Schema, with references to those inside it that have a name. */
function jsonSchemaOf(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  return z.toJSONSchema(schema, {
    io,
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
