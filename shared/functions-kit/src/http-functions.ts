import { app, type HttpMethod, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import type { Logger } from './logging.ts';
import { ProblemError, problemResponse } from './problem-error.ts';

export interface HttpFunction {
  readonly name: string;
  readonly methods: readonly HttpMethod[];
  /** Below `/api`, e.g. `runs/{id?}`. */
  readonly route: string;
  /** Who may call. By default that is everyone who has a key. */
  readonly access?: 'key' | 'anyone';
  readonly log: Logger;
  readonly handle: (request: HttpRequest) => Promise<HttpResponseInit>;
}

/** Registers an HTTP function. Any error is answered with a problem document. No stack leaves the process. */
export function registerHttp({ name, methods, route, access = 'key', log, handle }: HttpFunction): void {
  app.http(name, {
    methods: [...methods],
    route,
    authLevel: access === 'key' ? 'function' : 'anonymous',
    handler: async (request, context) => {
      try {
        return await handle(request);
      } catch (error) {
        if (error instanceof ProblemError) return problemResponse(error);
        log.error({ error, function: name, invocationId: context.invocationId }, 'request failed');
        const detail = `The request could not be processed; the log names the cause under invocation ${context.invocationId}.`;
        return problemResponse(new ProblemError(500, { title: 'Internal error', code: 'InternalError', detail }));
      }
    },
  });
}
