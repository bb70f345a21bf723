import { registerHttp } from '@tally/functions-kit';
import { app, chain } from '../composition.ts';

registerHttp({
  name: 'health',
  methods: ['GET'],
  route: 'health',
  log: app.log,
  handle: async () => {
    await app.steps();
    return { status: 200, jsonBody: { status: 'ok', chain: chain.name, version: chain.version } };
  },
});
