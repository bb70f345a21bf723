import { effect, signal } from '@preact/signals';

export type Theme = 'auto' | 'light' | 'dark';
const STORED = 'tally-theme';
const NEXT = { auto: 'light', light: 'dark', dark: 'auto' } as const;

function stored(): Theme {
  const text = localStorage.getItem(STORED);
  return text === 'light' || text === 'dark' ? text : 'auto';
}

export const theme = signal<Theme>(stored());

effect(() => {
  const { dataset } = document.documentElement;
  if (theme.value === 'auto') delete dataset['theme'];
  else dataset['theme'] = theme.value;
  if (theme.value === 'auto') localStorage.removeItem(STORED);
  else localStorage.setItem(STORED, theme.value);
});

export function changeTheme(): void {
  theme.value = NEXT[theme.value];
}
