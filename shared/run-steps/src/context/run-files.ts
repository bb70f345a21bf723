import type { Run } from '@tally/run-state';

/** Where a file lies. */
export interface FilePlace {
  readonly container: string;
  readonly name: string;
}

type Generation = Pick<Run, 'runId' | 'gen'>;

/** What the steps need to know of files. */
export interface RunFiles {
  /** Deletes all files of a generation of a run; none is fine. */
  readonly deleteRun: (run: Generation) => Promise<void>;
  /** Whether a file lies where only this generation of the run puts files, whoever names it. */
  readonly isOwn: (run: Generation, file: FilePlace) => boolean;
  /** A link by which anyone who has it reads the file, and nothing else, for so long; null: there is no such file. A secret: not for logs. */
  readonly link: (file: FilePlace, validMs: number) => Promise<string | null>;
}

/** Of an account in which no chain keeps files. */
export const noFiles: RunFiles = { deleteRun: async () => {}, isOwn: () => false, link: async () => null };
