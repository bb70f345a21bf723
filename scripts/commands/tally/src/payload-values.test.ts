import { expect, test } from 'vitest';
import { payloadValues, raiseCommands } from './payload-values.ts';

test.each([
  [{ type: 'string', enum: ['Approved', 'Rejected'] }, ['Approved', 'Rejected']],
  [{ type: 'boolean' }, [true, false]],
  [{ const: 7 }, [7]],
  [{ type: 'null' }, [null]],
  [{ anyOf: [{ type: 'boolean' }, { type: 'object', properties: {} }] }, [true, false]],
  [{ type: 'string' }, []],
  [undefined, []],
])('of %j the values %j are shown', (schema, values) => {
  expect(payloadValues(schema)).toEqual(values);
});

test('a command is quoted so that a shell reads it as meant', () => {
  expect(raiseCommands("tim's", 'Go', { enum: ['Yes'] })).toEqual([`npm run tally -- raise 'tim'\\''s' Go '"Yes"'`]);
  expect(raiseCommands('r1', 'Go', {})).toEqual(["npm run tally -- raise r1 Go '<JSON>'"]);
  expect(raiseCommands('r1', 'Approval', { type: 'boolean' })).toEqual([
    'npm run tally -- raise r1 Approval true',
    'npm run tally -- raise r1 Approval false',
  ]);
});
