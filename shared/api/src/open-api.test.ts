import { createConfig, lintFromString } from '@redocly/openapi-core';
import { expect, test } from 'vitest';
import { openApiDocument } from './open-api.ts';
import { allForms } from './operations.ts';

const byText = (left = '', right = '') => left.localeCompare(right);

test('the document passes the linter, every rule that it recommends', async () => {
  const config = await createConfig({ extends: ['recommended-strict'] });
  const problems = await lintFromString({ source: JSON.stringify(openApiDocument()), config });
  expect(problems.map(({ ruleId, message, location }) => ({ ruleId, message, at: location[0]?.pointer }))).toEqual([]);
});

test('every operation is in the document, under its name', () => {
  const ids = Object.values(openApiDocument().paths).flatMap((path) =>
    Object.values(path).map((operation) => operation.operationId),
  );
  expect(ids.toSorted(byText)).toEqual(allForms.map(({ id }) => id).toSorted(byText));
});

test('nothing in the document points nowhere, and nothing stands there unused', () => {
  const document = openApiDocument();
  const used = new Set(
    [...JSON.stringify(document).matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => name),
  );
  expect([...used].toSorted(byText)).toEqual(Object.keys(document.components.schemas).toSorted(byText));
});
