import { z } from 'zod';

const levels = ['trace', 'debug', 'information', 'warning', 'error', 'critical', 'none'] as const;
export type LogLevel = (typeof levels)[number];

const shortNames: Record<LogLevel, string> = {
  trace: 'trace',
  debug: 'debug',
  information: 'info',
  warning: 'warn',
  error: 'error',
  critical: 'crit',
  none: 'info',
};

/** Where a line comes from. */
export interface LogSource {
  readonly functionName?: string;
  readonly invocationId?: string;
}

export interface Log {
  write(level: LogLevel, message: string, source?: LogSource): void;
}

export interface LogOptions {
  readonly app: string;
  readonly format: 'text' | 'json';
  /** Lines below it are left out. */
  readonly minimum: LogLevel;
  readonly print: (line: string) => void;
  readonly now?: () => Date;
}

/** `Information` as host.json spells it; an unknown word means the default. */
export function parseLogLevel(text: string): LogLevel {
  return levels.find((level) => level === text.toLowerCase()) ?? 'information';
}

/**
 * Writes one line an entry: `text` for a person, `json` for a machine. A message that is itself a JSON object (a structured
 * logger's line) keeps its fields in both.
 */
export function createLog({ app, format, minimum, print, now = () => new Date() }: LogOptions): Log {
  return {
    write(level, message, source = {}) {
      if (levels.indexOf(level) < levels.indexOf(minimum)) return;
      const fields = parseFields(message);
      if (format === 'json') {
        const own = { time: now().toISOString(), level: shortNames[level], app, ...source };
        print(JSON.stringify({ ...own, ...(fields ?? { msg: message }) }));
      } else {
        print(formatText(now(), level, app, source, fields === undefined ? message : formatFields(fields)));
      }
    },
  };
}

function formatText(time: Date, level: LogLevel, app: string, source: LogSource, message: string): string {
  const clock = time.toISOString().slice(11, 23);
  // Eight digits tell the invocations of a page of log apart.
  const invocation = source.invocationId === undefined ? '' : ` [${source.invocationId.slice(0, 8)}]`;
  const name = source.functionName === undefined ? '' : ` ${source.functionName}${invocation}`;
  return `${clock} ${shortNames[level].padEnd(5)} ${app.padEnd(9)}${name} ${message}`;
}

const fieldsSchema = z.looseObject({ msg: z.string() });

function parseFields(message: string): z.infer<typeof fieldsSchema> | undefined {
  if (!message.startsWith('{')) return undefined;
  try {
    return fieldsSchema.safeParse(JSON.parse(message)).data;
  } catch {
    return undefined;
  }
}

/** Fields that the line says already. */
const knownFields = new Set(['msg', 'time', 'level', 'pid', 'hostname', 'app', 'functionName', 'invocationId']);

function formatFields(fields: z.infer<typeof fieldsSchema>): string {
  const rest = Object.entries(fields).filter(([name]) => !knownFields.has(name));
  return [fields.msg, ...rest.map(([name, value]) => `${name}=${JSON.stringify(value)}`)].join(' ');
}
