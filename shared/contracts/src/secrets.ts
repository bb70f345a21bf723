/**
 * A secret follows each of these: a function key or a signature in a URL, or the key of a storage account.
 */
const SECRET = /((?:[?&]|%26|%3f|\\u0026)(?:code|sig)(?:=|%3d)|(?:AccountKey|SharedAccessSignature)=)[^&;\s"'<>\\]+/gi;

/** The start of a URL's authority, whatever its scheme. JSON may write the slashes as `\/`. */
const AUTHORITY = /:[\\/]{2,}/;
/**
 * Everything up to the next space. A password or a query may hold quotes and brackets, so what stands around
 * the URL is cut with it.
 */
const URL_TEXT = new RegExp(`(${AUTHORITY.source})(\\S+)`, 'g');

const CUT = '[cut]';

/**
 * Foreign text (of a library, an endpoint, a caller) without the secrets that it quotes. Every URL loses its
 * user, its query and its fragment.
 */
export function withoutSecrets(text: string): string {
  return text
    .replace(URL_TEXT, (_whole, slashes: string, rest: string) => `${slashes}${cutUrl(rest)}`)
    .replace(SECRET, `$1${CUT}`);
}

/** The same for a line of JSON, which stays valid JSON. */
export function withoutSecretsInJson(line: string): string {
  return line.replace(/"(?:[^"\\]|\\.)*"/g, (literal) => {
    const text: unknown = JSON.parse(literal);
    if (typeof text !== 'string') return literal;
    const cut = withoutSecrets(text);
    return cut === text ? literal : JSON.stringify(cut);
  });
}

/** @param rest a URL from its authority on, and whatever follows it without a space */
function cutUrl(rest: string): string {
  const end = rest.search(/[?#]/);
  const head = end === -1 ? rest : rest.slice(0, end);
  const hidden = rest.slice(head.length);
  // Several URLs may follow each other without a space. The query belongs to the last one.
  const parts = head.split(new RegExp(`(${AUTHORITY.source})`));
  const last = parts.length - 1;
  const cut = parts.map((part, at) => (at % 2 === 1 ? part : cutUser(part, at === last ? hidden : '')));
  return `${cut.join('')}${hidden === '' ? '' : `${rest.charAt(end)}${CUT}`}`;
}

/**
 * A password may hold an unescaped `/`, `?` or `#`. Then what looks like the host is none, and an `@` comes
 * later.
 */
function cutUser(part: string, hidden: string): string {
  const slash = part.search(/[\\/]/);
  const authority = slash === -1 ? part : part.slice(0, slash);
  const at = authority.lastIndexOf('@');
  const isHost = at === -1 && /^(?:[^:]*|\[[^\]]*\][^:]*)(?::\d*)?[^:\w]*$/.test(authority);
  const hasLater = `${part.slice(authority.length)}${hidden}`.includes('@');
  if (hasLater && !isHost) return CUT;
  return at === -1 ? part : `${CUT}${part.slice(at)}`;
}
