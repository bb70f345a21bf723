import { registerHttp } from '@tally/functions-kit';
import { app } from '../composition.ts';
import { answerItems } from '../http/answer-items.ts';

registerHttp({
  name: 'list-items',
  methods: ['GET'],
  route: 'runs/{id}/items',
  log: app.log,
  handle: async (request) => await answerItems(await app.steps(), request),
});
