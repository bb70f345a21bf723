import { linkTo } from '../routing/links.ts';
import { route } from '../routing/route.ts';

export interface Tab {
  readonly name: string;
  readonly word: string;
  readonly count?: number | undefined;
}

/** Parts of a view, each with an address of its own. The first is shown if the address names none. */
export function Tabs({ tabs, label }: { readonly tabs: readonly Tab[]; readonly label: string }) {
  const here = tabHere(tabs);
  return (
    <nav class="tabs" aria-label={label}>
      {tabs.map(({ name, word, count }) => (
        <a
          key={name}
          href={linkTo(route.value.path, { tab: name === tabs[0]?.name ? '' : name })}
          aria-current={name === here ? 'page' : undefined}
        >
          {word}
          {count !== undefined && <span class="muted"> {count}</span>}
        </a>
      ))}
    </nav>
  );
}

export function tabHere(tabs: readonly Tab[]): string | undefined {
  const named = route.value.query.get('tab');
  return tabs.find(({ name }) => name === named)?.name ?? tabs[0]?.name;
}
