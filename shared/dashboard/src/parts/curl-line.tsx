import { CopyButton } from './copy.tsx';

/** The same call for a terminal. */
export function CurlLine({ text }: { readonly text: () => string }) {
  return (
    <div class="curl">
      <code class="muted">{text()}</code>
      <CopyButton text={text} what="curl command" />
    </div>
  );
}
