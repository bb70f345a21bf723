/** The text that replaces a secret. */
const CUT = '[cut]';

/** A shorter secret protects nothing, and cutting it would make holes in ordinary words. */
const SHORTEST = 4;

/**
 * Makes the function that cuts known secrets out of foreign text. The messages of an endpoint, a library or a
 * caller may quote what it was sent. The function finds each secret as it is, in a URL and in a JSON text.
 */
export function secretCutter(secrets: readonly (string | undefined)[]): (text: string) => string {
  const forms = secrets
    .filter((secret) => secret !== undefined)
    .filter((secret) => secret.length >= SHORTEST)
    .flatMap((secret) => [secret, encodeURIComponent(secret), encodeURI(secret), JSON.stringify(secret).slice(1, -1)]);
  // The longest first, since one may be part of another.
  const known = [...new Set(forms)].sort((a, b) => b.length - a.length);
  return (text) => known.reduce((rest, form) => rest.replaceAll(form, CUT), text);
}

/** The secrets in an app's settings: keys, and the secrets inside connection strings. */
export function secretsOf(env: Readonly<Record<string, string | undefined>>): string[] {
  const connections = [env['TallyStorage'], env['AzureWebJobsStorage'], env['APPLICATIONINSIGHTS_CONNECTION_STRING']];
  const inside = connections.flatMap((text) =>
    fieldsOf(text, /^(AccountKey|SharedAccessSignature|InstrumentationKey)$/i),
  );
  const ofHost = fieldsOf(env['TALLY_HOST_KEYS'], /^(full|read)$/);
  return [env['FACE_KEY'] ?? '', env['TALLY_SMTP_PASSWORD'] ?? '', ...inside, ...ofHost].filter(
    (secret) => secret !== '',
  );
}

/** The values of the fields of a `name=value;…` text whose names match. */
function fieldsOf(text: string | undefined, names: RegExp): string[] {
  return (text ?? '').split(';').flatMap((field) => {
    const at = field.indexOf('=');
    return at > 0 && names.test(field.slice(0, at).trim()) ? [field.slice(at + 1).trim()] : [];
  });
}
