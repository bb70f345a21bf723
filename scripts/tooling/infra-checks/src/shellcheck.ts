import { execFileSync, spawnSync } from 'node:child_process';
import path from 'node:path';

/**
 * Runs shellcheck on every shell script that git tracks or would add. If it isn't installed, the note says
 * so.
 */
export function shellcheck(root: string): { readonly note: string; readonly faults: readonly string[] } {
  const list = ['ls-files', '--cached', '--others', '--exclude-standard', '*.sh', '.ci/run'];
  const scripts = execFileSync('git', list, { cwd: root, encoding: 'utf8' }).trim().split('\n');
  const { error, status, stdout, stderr } = spawnSync('shellcheck', scripts, { cwd: root, encoding: 'utf8' });
  if (error !== undefined) {
    return {
      note: '!! SHELL SCRIPTS NOT CHECKED: shellcheck is not installed (apt-get install shellcheck, brew install shellcheck)',
      faults: [],
    };
  }
  if (status !== 0) return { note: 'shellcheck has found faults', faults: [`${stdout}${stderr}`.trim()] };
  return { note: `shellcheck: ${scripts.map((script) => path.basename(script)).join(', ')} clean`, faults: [] };
}
