import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { BicepCompiler } from './bicep-compiler.ts';

/** The parameter files whose snapshots are committed. */
export const SNAPSHOTS = ['dev', 'prod', 'azure-face'] as const;

/** The place to which the snapshots pretend to deploy. None of it is real. */
const place = [
  ['--subscription-id', '00000000-0000-0000-0000-000000000000'],
  ['--resource-group', 'rg-tally'],
  ['--location', 'westeurope'],
].flat();

/** All Bicep files below a folder, relative to it. */
export function bicepFiles(infraDir: string): string[] {
  return readdirSync(infraDir, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.bicep(param)?$/.test(file))
    .sort();
}

/**
 * Compiles and lints the files, then checks their form and the snapshots.
 * @returns the faults, one or more lines each; empty if all is well
 */
export function checkInfra(compiler: BicepCompiler, infraDir: string): string[] {
  return [
    ...lintFaults(compiler, infraDir),
    ...formFaults(compiler, infraDir),
    ...SNAPSHOTS.flatMap((name) => snapshotFaults(compiler, infraDir, name)),
  ];
}

/** A build runs the linter, and reports all its findings in the modules, too. */
export function lintFaults(compiler: BicepCompiler, infraDir: string): string[] {
  return [
    ...run(compiler, infraDir, ['build', 'main.bicep', '--stdout']),
    ...run(compiler, infraDir, ['lint', 'main.bicepparam']),
  ];
}

export function snapshotFaults(compiler: BicepCompiler, infraDir: string, name: (typeof SNAPSHOTS)[number]): string[] {
  return run(compiler, infraDir, ['snapshot', `${name}.bicepparam`, '--mode', 'validate', ...place]);
}

/** Formats all files and writes all snapshots. */
export function rewriteInfra(compiler: BicepCompiler, infraDir: string): string[] {
  return [
    ...bicepFiles(infraDir).flatMap((file) => run(compiler, infraDir, ['format', file])),
    ...SNAPSHOTS.flatMap((name) =>
      run(compiler, infraDir, ['snapshot', `${name}.bicepparam`, '--mode', 'overwrite', ...place]),
    ),
  ];
}

/** Formats a copy, because the compiler formats only in place. Names the files that it changes. */
export function formFaults(compiler: BicepCompiler, infraDir: string): string[] {
  const copy = mkdtempSync(path.join(tmpdir(), 'tally-infra-'));
  try {
    cpSync(infraDir, copy, { recursive: true });
    for (const pattern of ['**/*.bicep', '*.bicepparam']) {
      const faults = run(compiler, copy, ['format', '--pattern', pattern]);
      if (faults.length > 0) return faults;
    }
    return bicepFiles(infraDir)
      .filter((file) => readFileSync(path.join(copy, file), 'utf8') !== readFileSync(path.join(infraDir, file), 'utf8'))
      .map((file) => `${file} is not in the compiler's form: npm run infra:snapshot`);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** Calls the compiler. A warning is a fault too, although the exit code is 0 then. */
function run(compiler: BicepCompiler, cwd: string, args: readonly string[]): string[] {
  // Checks must not depend on the variables that the parameter files read from the environment.
  const env = { ...process.env, TALLY_ENVIRONMENT: undefined, AZURE_PRINCIPAL_ID: undefined };
  const { status, stdout, stderr } = spawnSync(compiler.program, args, {
    cwd,
    env,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const said = stderr.trim();
  if (status === 0 && !/\b(Warning|Error)\b/.test(said)) return [];
  const differences = args[0] === 'snapshot' ? `\n${stdout.trim()}\nif that is meant: npm run infra:snapshot` : '';
  return [`bicep ${args.slice(0, 2).join(' ')}: ${said}${differences}`];
}
