import type { ComponentChildren } from 'preact';
import { askForKey, mayControl } from '../data/session.ts';
import { Icon } from '../parts/icons.tsx';
import { Toasts } from '../parts/toasts.tsx';
import { linkTo } from '../routing/links.ts';
import { route } from '../routing/route.ts';
import { changeTheme, theme } from './theme.ts';

const PLACES = [
  { name: 'runs', word: 'Runs' },
  { name: 'chains', word: 'Chains' },
  { name: 'trouble', word: 'Trouble' },
] as const;

const ICON_OF_THEME = { auto: 'auto', light: 'sun', dark: 'moon' } as const;

/** The frame around every view: the current place, the other views, and the theme. */
export function Shell({ trouble, children }: { readonly trouble: number; readonly children: ComponentChildren }) {
  const here = route.value.path[0] ?? 'runs';
  const themeLabel = `Theme: ${theme.value}`;
  return (
    <div class="shell">
      <button type="button" class="skip" onClick={() => document.getElementById('main')?.focus()}>
        Skip to content
      </button>
      <header class="top">
        <a class="brand" href={linkTo(['runs'])} aria-label="Tally">
          <Mark />
          <span>Tally</span>
        </a>
        <nav aria-label="Views">
          {PLACES.map(({ name, word }) => (
            <a key={name} href={linkTo([name])} aria-current={name === here ? 'page' : undefined}>
              {word}
              {name === 'trouble' && trouble > 0 && (
                <span class="count bad">
                  {trouble > 99 ? '99+' : trouble}
                  <span class="hidden-text"> things need a person</span>
                </span>
              )}
            </a>
          ))}
        </nav>
        <div class="top-end">
          {!mayControl.value && (
            <span class="badge wait" title="The key is read-only: controls are hidden">
              read only
            </span>
          )}
          <button
            type="button"
            class="button plain icon"
            aria-label="Use another key"
            title="Use another key"
            onClick={askForKey}
          >
            <Icon name="key" />
          </button>
          <button
            type="button"
            class="button plain icon"
            aria-label={themeLabel}
            title={themeLabel}
            onClick={changeTheme}
          >
            <Icon name={ICON_OF_THEME[theme.value]} />
          </button>
        </div>
      </header>
      <main id="main" tabIndex={-1}>
        {children}
      </main>
      <Toasts />
    </div>
  );
}

function Mark() {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="7" fill="var(--accent)" />
      <path
        d="M9 8v16M14 8v16M19 8v16M24 8v16M6 21 27 11"
        stroke="var(--on-accent)"
        stroke-width="2.4"
        stroke-linecap="round"
        fill="none"
      />
    </svg>
  );
}
