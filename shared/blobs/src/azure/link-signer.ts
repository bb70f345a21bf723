import {
  type BlobClient,
  BlobSASPermissions,
  type BlobServiceClient,
  SASProtocol,
  type ServiceGetUserDelegationKeyResponse,
} from '@azure/storage-blob';

/** Makes a link to a blob that is valid for this many milliseconds. */
export type LinkSigner = (blob: BlobClient, validMs: number) => Promise<string>;

/** Clocks differ. A link or key that begins now isn't valid yet on a machine whose clock is behind. */
const CLOCK_SKEW_MS = 5 * 60_000;

/** The longest lifetime of a key that the service gives, counted from its beginning. */
const KEY_MS = 7 * 24 * 60 * 60_000;

/** Signs with the key of the account. */
export function signByAccountKey(): LinkSigner {
  return async (blob, validMs) => await blob.generateSasUrl(optionsFor(blob, validMs));
}

/**
 * Signs with an identity, using a key that the service gives it. One key serves many links. A new key is
 * requested when the next link would outlive the old one. The identity needs the right to generate such keys,
 * which the role Storage Blob Data Contributor has.
 */
export function signByIdentity(service: BlobServiceClient): LinkSigner {
  let kept: { readonly key: ServiceGetUserDelegationKeyResponse; readonly untilMs: number } | null = null;
  return async (blob, validMs) => {
    const now = Date.now();
    if (kept === null || now + validMs > kept.untilMs) {
      const from = now - CLOCK_SKEW_MS;
      const untilMs = from + KEY_MS;
      kept = { key: await service.getUserDelegationKey(new Date(from), new Date(untilMs)), untilMs };
    }
    return await blob.generateUserDelegationSasUrl(optionsFor(blob, validMs), kept.key);
  };
}

function optionsFor(blob: BlobClient, validMs: number) {
  const isPlain = blob.url.startsWith('http:');
  return {
    permissions: BlobSASPermissions.parse('r'),
    startsOn: new Date(Date.now() - CLOCK_SKEW_MS),
    expiresOn: new Date(Date.now() + validMs),
    protocol: isPlain ? SASProtocol.HttpsAndHttp : SASProtocol.Https,
  };
}
