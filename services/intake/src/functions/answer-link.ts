import { registerHttp } from '@tally/functions-kit';
import { app, linkKey } from '../composition.ts';
import { answerLink } from '../http/links/answer-link.ts';

// It needs no key of the API: the link is signed, and a person who follows it has no key.
registerHttp({
  name: 'answer-link',
  methods: ['GET', 'POST'],
  route: 'answers/{id}/{event}',
  access: 'anyone',
  log: app.log,
  handle: async ({ method, params, query }) =>
    await answerLink(await app.steps(), { params, query }, method === 'POST' ? 'POST' : 'GET', linkKey),
});
