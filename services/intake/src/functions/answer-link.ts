import { registerHttp } from '@tally/functions-kit';
import { app, linkKey } from '../composition.ts';
import { answerLink } from '../http/answer-link.ts';

// Without a key of the API: the link is signed, and a person who follows it has none.
registerHttp({
  name: 'answer-link',
  methods: ['GET', 'POST'],
  route: 'answers/{id}/{event}',
  access: 'anyone',
  log: app.log,
  handle: async ({ method, params, query }) =>
    await answerLink(await app.steps(), { params, query }, method === 'POST' ? 'POST' : 'GET', linkKey),
});
