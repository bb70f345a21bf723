import path from 'node:path';
import { samplePhotos } from '@tally/start';
import type { Command, Executor } from './command.ts';
import { whileRolesSpread } from './role-patience.ts';

/** Long enough for a first start. After that the addresses no longer work. */
const SIGNED_MS = 60 * 60_000;
const COUNT = 3;

/**
 * Uploads three photos and signs addresses for them, with the deployer's identity, because the account has no
 * keys. The account itself empties the container after a day.
 */
export async function uploadPhotos(executor: Executor, account: string, container: string): Promise<string[]> {
  const where = ['--account-name', account, '--auth-mode', 'login'];
  const photos = samplePhotos().slice(0, COUNT);
  for (const photo of photos) {
    const blob = ['--container-name', container, '--name', path.basename(photo), '--file', path.relative('.', photo)];
    const upload: Command = ['az', 'storage', 'blob', 'upload', ...where, ...blob, '--overwrite', '--output', 'none'];
    await whileRolesSpread(executor, () => executor.run(upload));
  }
  const until = executor.isDryRun ? '<in-an-hour>' : `${new Date(Date.now() + SIGNED_MS).toISOString().slice(0, 16)}Z`;
  const rights = ['--name', container, '--permissions', 'r', '--expiry', until, '--https-only', '--as-user'];
  const sign: Command = ['az', 'storage', 'container', 'generate-sas', ...where, ...rights, '--output', 'tsv'];
  const signature = await whileRolesSpread(executor, () => executor.read(sign, '<signature>'));
  return photos.map(
    (photo) => `https://${account}.blob.core.windows.net/${container}/${path.basename(photo)}?${signature}`,
  );
}
