import { app, type HttpResponseInit } from '@azure/functions';
import { handleHealth } from '../handle-health.ts';
import { service } from '../service.ts';

app.http('health', {
  methods: ['GET'],
  authLevel: 'anonymous',
  route: 'health',
  handler: (): HttpResponseInit => handleHealth(service.pool.health()),
});
