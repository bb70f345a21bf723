import { describe, expect, it } from 'vitest';
import { createLog, type LogOptions, parseLogLevel, readableLine } from './log.ts';

function lines(options: Partial<LogOptions>, write: (log: ReturnType<typeof createLog>) => void): string[] {
  const printed: string[] = [];
  const now = () => new Date('2026-03-01T10:00:00.123Z');
  write(
    createLog({
      app: 'detect',
      format: 'text',
      minimum: 'information',
      print: (line) => printed.push(line),
      now,
      ...options,
    }),
  );
  return printed;
}

const source = { functionName: 'work', invocationId: '0123456789abcdef' };

describe('the log', () => {
  it('shows time, level, app, function and invocation', () => {
    const printed = lines({}, (log) => {
      log.write('warning', 'slow', source);
      log.write('information', 'ready');
    });
    expect(printed).toEqual([
      '10:00:00.123 warn  detect    work [01234567] slow',
      '10:00:00.123 info  detect    ready',
    ]);
  });

  it('leaves out lines below the level of host.json', () => {
    expect(lines({ minimum: 'warning' }, (log) => log.write('information', 'no'))).toEqual([]);
    expect(lines({ minimum: parseLogLevel('Debug') }, (log) => log.write('debug', 'yes'))).toHaveLength(1);
    expect(parseLogLevel('nonsense')).toBe('information');
  });

  it('removes the key from a URL', () => {
    for (const format of ['text', 'json'] as const) {
      const printed = lines({ format }, (log) => log.write('error', 'GET /api/runs?top=1&code=s3cret==: Error: x'));
      expect(printed.join()).toContain('GET /api/runs?top=1&code=[cut]');
    }
  });

  it('shows the fields of a structured message in readable form', () => {
    const message = JSON.stringify({ level: 30, time: 1, msg: 'chunk done', run: 'r1', items: 32 });
    expect(lines({}, (log) => log.write('information', message))).toEqual([
      '10:00:00.123 info  detect    chunk done run=r1 items=32',
    ]);
  });

  it('converts the lines of a structured logger, and leaves others unchanged', () => {
    const fields = {
      level: 50,
      time: 1772359200123,
      pid: 7,
      service: 'detect',
      msg: 'failed',
      why: 'no luck',
      run: 'r1',
    };
    const line = JSON.stringify({
      ...fields,
      functionName: 'work',
      error: { type: 'Error', stack: 'Error: x\n    at y' },
    });
    expect(readableLine(line, 'detect')).toBe(
      '10:00:00.123 error detect    work failed why="no luck" run=r1 error=\nError: x\n    at y',
    );
    expect(readableLine('{"other":1}', 'detect')).toBe('{"other":1}');
    expect(readableLine('plain', 'detect')).toBe('plain');
  });

  it('keeps the fields of a structured message in JSON', () => {
    const [plain, structured] = lines({ format: 'json' }, (log) => {
      log.write('error', '{not json', source);
      log.write('error', '{"msg":"failed","run":"r1"}', source);
    });
    const common = { time: '2026-03-01T10:00:00.123Z', level: 'error', app: 'detect', ...source };
    expect(JSON.parse(plain ?? '')).toEqual({ ...common, msg: '{not json' });
    expect(JSON.parse(structured ?? '')).toEqual({ ...common, msg: 'failed', run: 'r1' });
  });
});

describe('control characters in foreign text', () => {
  const orders = '\x1b\x07\0\b\r\x7f\x9b\u0085\u2028\u2029\u202e\u2066\u200f';
  const expectNone = (line: string) => {
    for (const order of orders) expect(line).not.toContain(order);
  };
  const fields = {
    msg: `no ${orders}\n12:00:00.000 info  forged`,
    why: orders,
    [orders]: 1,
    functionName: orders,
    more: [orders],
  };
  const entry = JSON.stringify({ ...fields, error: { stack: `Error: ${orders}\n    at y` } });

  it('are escaped in every line, readable or JSON', () => {
    for (const format of ['text', 'json'] as const) {
      const printed = lines({ format }, (log) => {
        log.write('error', entry, { functionName: orders });
        log.write('error', `plain ${orders}`);
      });
      for (const line of printed) expectNone(line);
      if (format === 'json') expect(JSON.parse(printed[1] ?? '')).toMatchObject({ msg: `plain ${orders}` });
    }
    for (const line of [entry, `plain ${orders}`]) expectNone(readableLine(line, 'detect'));
  });

  it('start no line', () => {
    expect(readableLine(entry, 'detect')).not.toMatch(/^12:00:00/m);
  });
});
