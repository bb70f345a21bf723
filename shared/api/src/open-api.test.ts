import { createConfig, lintFromString } from '@redocly/openapi-core';
import { defineChain } from '@tally/chain';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { openApiDocument } from './open-api.ts';
import { allForms } from './operations.ts';

const versionOf = (version: number, input: z.ZodType<{ readonly n: number }>) =>
  defineChain({ name: 'adding-up', version, app: 'sums', input })
    .task('add', { result: z.number() })
    .output(({ add }) => add.output).definition;
const photos = defineChain({
  ...{ name: 'photos', version: 1, app: 'photos', input: z.strictObject({ urls: z.array(z.string()) }) },
  startForm: { fields: { urls: z.array(z.string()) }, listAs: 'urls', words: 'a list of URLs, or an object with them' },
})
  .rootMap('look', { itemsOf: 'urls', item: z.string(), result: z.null() })
  .output(() => null).definition;
const chains = [photos, versionOf(1, z.strictObject({ n: z.number() })), versionOf(2, z.strictObject({ n: z.int() }))];

const byText = (left = '', right = '') => left.localeCompare(right);

test('the document passes all recommended rules of the linter', async () => {
  const config = await createConfig({ extends: ['recommended-strict'] });
  const problems = await lintFromString({ source: JSON.stringify(openApiDocument(chains)), config });
  expect(problems.map(({ ruleId, message, location }) => ({ ruleId, message, at: location[0]?.pointer }))).toEqual([]);
});

test('every operation is in the document, under its name', () => {
  const ids = Object.values(openApiDocument(chains).paths).flatMap((path) =>
    Object.values(path).map((operation) => operation.operationId),
  );
  expect(ids.toSorted(byText)).toEqual(allForms.map(({ id }) => id).toSorted(byText));
});

test('every reference in the document resolves, and every component is used', () => {
  const document = openApiDocument(chains);
  const used = new Set(
    [...JSON.stringify(document).matchAll(/#\/components\/schemas\/([\w.-]+)/g)].map(([, name]) => name),
  );
  expect([...used].toSorted(byText)).toEqual(Object.keys(document.components.schemas).toSorted(byText));
});

test("a start takes the input of its chain's newest version, or the form that the chain defines", () => {
  const { paths, components } = openApiDocument(chains);
  const bodyAt = (path: string) => paths[path]?.['post']?.requestBody?.content['application/json'].schema;
  const [list, input] = ['#/components/schemas/Start.photos', '#/components/schemas/Start.adding-up'];
  expect(bodyAt('/runs')).toEqual({ $ref: list });
  expect(bodyAt('/chains/{chain}/runs/{id}')).toEqual({ anyOf: [{ $ref: list }, { $ref: input }] });
  expect(bodyAt('/durabletask/orchestrators/{chain}')).toEqual({ anyOf: [{ $ref: list }, { $ref: input }] });
  const { schemas } = components;
  expect(schemas).toMatchObject({ 'Start.adding-up': { properties: { n: { type: 'integer' } } } });
  const photosStart = Object.entries(schemas).find(([name]) => name === 'Start.photos');
  expect(JSON.stringify(photosStart)).toContain('toleratedFailureCount');
});
