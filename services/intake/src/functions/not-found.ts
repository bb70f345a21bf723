import { registerHttp } from '@tally/functions-kit';
import { app } from '../composition.ts';
import { pathNotFound } from '../http/errors.ts';

/**
 * Answers every other path, and known ones with another method, with 404, as the Functions host does. The
 * problem says what there is. The host tries its functions in the order of their names, so this one has the
 * last.
 */
registerHttp({
  name: 'zz-not-found',
  methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'],
  route: '{*path}',
  access: 'anyone',
  log: app.log,
  handle: async ({ method, url }) => {
    throw pathNotFound(method, url);
  },
});
