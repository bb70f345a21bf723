import { describe, expect, it } from 'vitest';
import { readHostSettings, resolveSettings } from './host-settings.ts';

describe("the host's settings", () => {
  it("are the official host's values by default", () => {
    expect(readHostSettings({})).toEqual({
      leaseMs: 600_000,
      storagePatienceMs: 40_000,
      drainMs: 30_000,
      logFormat: 'text',
      bodyLimitBytes: 104_857_600,
      keys: { full: [], read: [] },
      allowHosts: new Set(),
      timeZone: 'UTC',
      workerApart: false,
    });
  });

  it('are refused with every wrong variable named', () => {
    const env = { TALLY_HOST_LEASE_SECONDS: '0', TALLY_LOG_FORMAT: 'xml' };
    expect(() => readHostSettings(env)).toThrow(/TALLY_HOST_LEASE_SECONDS[\s\S]*TALLY_LOG_FORMAT/);
  });

  it('replace the names in percent signs in bindings', () => {
    expect(resolveSettings('%A%-x-%B%', { A: '1', B: '2' })).toBe('1-x-2');
    expect(resolveSettings('plain', {})).toBe('plain');
    expect(() => resolveSettings('%A%', {})).toThrow('needs the setting A');
  });
});
