import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TargetSystem } from '@tally/cli';
import { Interrupted, startSystem } from '@tally/start';

export interface OwnSystemOptions {
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Log lines that are shown when the demo fails. */
const keptLines = 40;

/** Starts a system of the demo's own for the time of `use`; nothing of it remains. */
export async function withOwnSystem(
  { say, signal }: OwnSystemOptions,
  use: (system: TargetSystem) => Promise<number>,
): Promise<number> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'tally-demo-'));
  const lines: string[] = [];
  try {
    say('Starting Tally: storage, face service, intake, detect, aggregate …');
    const system = await startSystem({
      storage: { kind: 'local', dataFolder, ports: 'free' },
      face: { kind: 'local' },
      onNotice: say,
      onLine: (label, line) => {
        lines.push(`${label}: ${line}`);
        if (lines.length > keptLines) lines.shift();
      },
      signal,
    });
    try {
      const photoPorts = system.face.kind === 'local' ? system.face.photoPorts : [];
      const failed = system.failed.then((error): never => {
        throw error;
      });
      return await Promise.race([use({ baseUrl: system.baseUrl, photoPorts }), failed]);
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
