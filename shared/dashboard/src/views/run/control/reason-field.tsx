/** Longest reason that the API accepts. */
const MOST = 4_000;

export function ReasonField({
  reason,
  onChange,
}: {
  readonly reason: string;
  readonly onChange: (reason: string) => void;
}) {
  return (
    <label class="field">
      <span>Why? It is kept in the timeline.</span>
      <input class="input" maxLength={MOST} value={reason} onInput={(event) => onChange(event.currentTarget.value)} />
    </label>
  );
}
