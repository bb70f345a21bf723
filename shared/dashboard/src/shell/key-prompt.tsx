import { useState } from 'preact/hooks';
import { hasKey, takeKey } from '../data/session.ts';

/** Asks for the function key, which stays in this tab. */
export function KeyPrompt() {
  const [text, setText] = useState('');
  return (
    <section class="card key-prompt" aria-labelledby="key-heading">
      <form
        class="body"
        onSubmit={(event) => {
          event.preventDefault();
          takeKey(text);
        }}
      >
        <h1 id="key-heading">This Tally asks for a key</h1>
        <p class="muted">
          {hasKey.value ? 'The given key is not valid here. ' : ''}A function key of intake. It is kept for this tab
          only and sent as a header. A read-only key is enough to look.
        </p>
        <label class="field">
          <span>Key</span>
          <input
            class="input"
            type="password"
            autocomplete="off"
            required
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </label>
        <div>
          <button type="submit" class="button main">
            Open
          </button>
        </div>
      </form>
    </section>
  );
}
