import { app, type HttpRequest, type HttpResponseInit, type InvocationContext } from '@azure/functions';
import { handleDetect } from '../handle-detect.ts';
import { service } from '../service.ts';

app.http('detect', {
  methods: ['POST'],
  // The Face contract has its own key header, which the handler checks.
  authLevel: 'anonymous',
  route: 'face/{version}/detect',
  handler: async (request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> => {
    const { response, durationMs, error } = await handleDetect(request, service);
    const line = `detect ${response.status} in ${Math.round(durationMs)} ms`;
    if (error === undefined) context.log(line);
    else if (error.status < 500) context.warn(`${line}: ${error.code}, ${error.message}`);
    else context.error(`${line}: ${error.code}`, error);
    return response;
  },
});
