import { withoutSecrets, withoutSecretsInJson } from '@tally/contracts';
import * as z from 'zod';
import { withoutControls } from './plain-text.ts';

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
  readonly functionName?: string | undefined;
  readonly invocationId?: string | undefined;
}

export interface Log {
  write(level: LogLevel, message: string, source?: LogSource): void;
}

export interface LogOptions {
  readonly app: string;
  readonly format: 'text' | 'json';
  /** Lines below this level are left out. */
  readonly minimum: LogLevel;
  readonly print: (line: string) => void;
  readonly now?: () => Date;
}

/** `Information` as host.json spells it. An unknown word means the default. */
export function parseLogLevel(text: string): LogLevel {
  return levels.find((level) => level === text.toLowerCase()) ?? 'information';
}

/**
 * Writes one line for each entry: `text` for a person, `json` for a machine. A message that is itself a JSON
 * object (a structured logger's line) keeps its fields in both formats.
 */
export function createLog({ app, format, minimum, print: printLine, now = () => new Date() }: LogOptions): Log {
  // Requests and errors quote URLs, and a URL may hold a key.
  const cut = format === 'json' ? withoutSecretsInJson : withoutSecrets;
  const print = (line: string) => printLine(withoutControls(cut(line)));
  return {
    write(level, message, source = {}) {
      if (levels.indexOf(level) < levels.indexOf(minimum)) return;
      const fields = parseFields(message);
      if (format === 'json') {
        const own = { time: now().toISOString(), level: shortNames[level], app, ...source };
        print(JSON.stringify({ ...own, ...(fields ?? { msg: message }) }));
      } else {
        print(formatText(now(), shortNames[level], app, source, fields === undefined ? message : formatFields(fields)));
      }
    },
  };
}

/**
 * Formats a line that the app wrote itself, as structured loggers (pino) do, like the host's own text lines.
 * Any other line stays as it is. No control character remains in the result.
 */
export function readableLine(line: string, app: string): string {
  const fields = parseFields(line);
  if (fields === undefined) return withoutControls(line);
  const { time, level } = fields;
  const date = new Date(typeof time === 'number' || typeof time === 'string' ? time : Date.now());
  const name = typeof level === 'number' ? pinoLevels.get(level) : level;
  return withoutControls(formatText(date, typeof name === 'string' ? name : 'info', app, fields, formatFields(fields)));
}

/** The names of pino's levels, as this log spells them. */
const pinoLevels = new Map([
  [10, 'trace'],
  [20, 'debug'],
  [30, 'info'],
  [40, 'warn'],
  [50, 'error'],
  [60, 'crit'],
]);

function formatText(time: Date, level: string, app: string, source: LogSource, message: string): string {
  const clock = Number.isNaN(time.getTime()) ? '--:--:--.---' : time.toISOString().slice(11, 23);
  // Eight digits are enough to distinguish the invocations on a page of log.
  const invocation = source.invocationId === undefined ? '' : ` [${source.invocationId.slice(0, 8)}]`;
  const name = source.functionName === undefined ? '' : ` ${source.functionName}${invocation}`;
  return `${clock} ${level.padEnd(5)} ${app.padEnd(9)}${name} ${message}`;
}

const fieldsSchema = z.looseObject({
  msg: z.string(),
  functionName: z.string().optional(),
  invocationId: z.string().optional(),
});
type Fields = z.infer<typeof fieldsSchema>;

function parseFields(message: string): Fields | undefined {
  if (!message.startsWith('{')) return undefined;
  try {
    return fieldsSchema.safeParse(JSON.parse(message)).data;
  } catch {
    return undefined;
  }
}

/** Fields that the line already contains, or that mean nothing on one machine. */
const knownFields = new Set([
  'msg',
  'time',
  'level',
  'pid',
  'hostname',
  'app',
  'service',
  'functionName',
  'invocationId',
]);

function formatFields(fields: Fields): string {
  const rest = Object.entries(fields).filter(([name]) => !knownFields.has(name));
  // A line feed in the message would start a line that looks like another entry.
  return [fields.msg.replaceAll('\n', String.raw`\n`), ...rest.map(([name, value]) => formatField(name, value))].join(
    ' ',
  );
}

const errorSchema = z.looseObject({ stack: z.string() });

/** `name=value`, in quotes only if spaces need them. An error is followed by its stack on separate lines. */
function formatField(name: string, value: unknown): string {
  const error = errorSchema.safeParse(value);
  if (error.success) return `${name}=\n${error.data.stack}`;
  return `${name}=${typeof value === 'string' && /^\S+$/.test(value) ? value : JSON.stringify(value)}`;
}
