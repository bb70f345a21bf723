import { registerHttp } from '@tally/functions-kit';
import { app } from '../composition.ts';
import { answerStart } from '../http/answer-start.ts';

registerHttp({
  name: 'start-run',
  methods: ['POST'],
  route: 'runs/{id?}',
  log: app.log,
  handle: async (request) => await answerStart(await app.steps(), request),
});
