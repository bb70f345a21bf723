import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Interrupted, type System, startSystem } from '@tally/start';
import { say } from './say.ts';

export interface OwnSystemOptions {
  /** Names of the chains whose apps are started. */
  readonly chains: readonly string[];
  /** What is started. Printed during the start. */
  readonly parts: string;
  readonly signal: AbortSignal;
}

/** Log lines that are shown when the demo fails. */
const keptLines = 40;

/** Starts the demo's own system and stops it after `use`. Nothing of it remains. */
export async function withOwnSystem(
  { chains, parts, signal }: OwnSystemOptions,
  use: (system: System) => Promise<number>,
): Promise<number> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'tally-demo-'));
  const lines: string[] = [];
  try {
    say(`Starting Tally: ${parts} …`);
    const system = await startSystem({
      storage: { kind: 'local', dataFolder, ports: 'free' },
      face: { kind: 'local' },
      chains,
      onNotice: say,
      onLine: (label, line) => {
        lines.push(`${label}: ${line}`);
        if (lines.length > keptLines) lines.shift();
      },
      signal,
    });
    try {
      const failed = system.failed.then((error): never => {
        throw error;
      });
      return await Promise.race([use(system), failed]);
    } finally {
      await system.stop();
    }
  } catch (error) {
    if (!(error instanceof Interrupted) && lines.length > 0) say(`\nThe last lines of the log:\n${lines.join('\n')}`);
    throw error;
  } finally {
    await rm(dataFolder, { recursive: true, force: true });
  }
}
