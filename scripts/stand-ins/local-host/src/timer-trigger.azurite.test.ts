import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FixtureHost, some, until } from '../fixtures/fixture-host.ts';
import type { HostProcess } from './index.ts';

describe('a timer function', () => {
  let fixture: FixtureHost;
  let host: HostProcess;
  beforeAll(async () => {
    fixture = await FixtureHost.create('timer');
    host = await fixture.start();
  });
  afterAll(() => fixture.dispose());

  const run = (name: string, type = 'application/json') =>
    fetch(`${host.url}/admin/functions/${name}`, {
      method: 'POST',
      headers: { 'content-type': type },
      body: '{"input":""}',
    });

  it('runs at the start if it asks for it', async () => {
    const [first] = await until(() => some(fixture.evidence('timer', 'atStart')));
    expect(first?.timer).toMatchObject({ isPastDue: false, schedule: { adjustForDST: false } });
  });

  it("runs once if the admin endpoint is called, and gets its schedule's status", async () => {
    expect((await run('yearly')).status).toBe(202);
    await until(() => fixture.evidence('timer', 'yearly').length === 1);
    expect((await run('YEARLY')).status).toBe(202);
    await until(() => fixture.evidence('timer', 'yearly').length === 2);
    const [first, second] = fixture.evidence('timer', 'yearly').map(({ timer }) => timer);
    const next: unknown = expect.stringMatching(/-01-01T01:00:00.000Z$/);
    expect(first).toEqual({
      isPastDue: false,
      schedule: { adjustForDST: true },
      scheduleStatus: { last: '0001-01-01T00:00:00', next, lastUpdated: '0001-01-01T00:00:00' },
    });
    const last: unknown = expect.stringMatching(/^2/);
    expect(second).toMatchObject({ scheduleStatus: { last, next } });
  });

  it('cannot be run by a web page; neither can an unknown function', async () => {
    expect((await run('yearly', 'text/plain')).status).toBe(415);
    expect((await run('unknown')).status).toBe(404);
    expect((await fetch(`${host.url}/admin/functions/yearly`)).status).toBe(404);
  });

  it('runs repeatedly, but never twice at once', async () => {
    await until(() => fixture.evidence('end', 'everySecond').length === 3);
    await run('everySecond');
    await until(() => fixture.evidence('end', 'everySecond').length === 6);
    expect(fixture.evidence('start', 'everySecond').map(({ running }) => running)).not.toContain(2);
  });

  it('ends its run when the host stops', async () => {
    const started = fixture.evidence('start', 'everySecond').length;
    await until(() => fixture.evidence('start', 'everySecond').length > started);
    expect(await host.stop()).toEqual({ code: 0, signal: null });
    const ended = fixture.evidence('end', 'everySecond').length;
    expect(fixture.evidence('start', 'everySecond')).toHaveLength(ended);
  });
});
