import { signal } from '@preact/signals';
import { messageOf } from '../data/problems.ts';
import { Icon } from './icons.tsx';
import type { Tone } from './tones.ts';

interface Toast {
  readonly id: number;
  readonly tone: Tone;
  readonly text: string;
}

const SHOWN_MS = 6_000;
/** An error message stays longer, so that there is time to read it. */
const BAD_SHOWN_MS = 20_000;
const MOST = 4;

const toasts = signal<readonly Toast[]>([]);
let last = 0;

export function say(text: string, tone: Tone = 'good'): void {
  last += 1;
  const id = last;
  toasts.value = [...toasts.value, { id, tone, text }].slice(-MOST);
  setTimeout(() => drop(id), tone === 'bad' ? BAD_SHOWN_MS : SHOWN_MS);
}

export function sayError(error: unknown): void {
  say(messageOf(error), 'bad');
}

function drop(id: number): void {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
}

export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map(({ id, tone, text }) => (
        <div key={id} class={`toast ${tone}`}>
          <span>{text}</span>
          <button type="button" class="button plain icon small" aria-label="Dismiss" onClick={() => drop(id)}>
            <Icon name="close" />
          </button>
        </div>
      ))}
    </div>
  );
}
