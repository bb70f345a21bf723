const PATHS = {
  sun: 'M8 1v2M8 13v2M1 8h2M13 8h2M3 3l1.5 1.5M11.5 11.5 13 13M13 3l-1.5 1.5M4.5 11.5 3 13M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6',
  moon: 'M13.5 9.5A6 6 0 0 1 6.5 2.5a6 6 0 1 0 7 7',
  auto: 'M2 3h12v8H2zM6 14h4M8 11v3',
  key: 'M10.5 2a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7M8 8l-6 6M4 12l2 2',
  refresh: 'M13.5 8A5.5 5.5 0 1 1 11.7 3.9L13.5 5.5M13.5 2v3.5H10',
  close: 'M4 4l8 8M12 4l-8 8',
  copy: 'M5 5V2h9v9h-3M2 5h9v9H2z',
  plus: 'M8 3v10M3 8h10',
  pause: 'M5 3v10M11 3v10',
  play: 'M4 3l9 5-9 5z',
  stop: 'M4 4h8v8H4z',
  rewind: 'M7 4 3 8l4 4M13 4 9 8l4 4',
  again: 'M2.5 8A5.5 5.5 0 1 0 4.3 3.9L2.5 5.5M2.5 2v3.5H6',
  trash: 'M3 4h10M6 4V2h4v2M4 4l1 10h6l1-10',
  check: 'M3 8.5 6.5 12 13 4.5',
  more: 'M3 8h.01M8 8h.01M13 8h.01',
  out: 'M9 3h4v4M13 3 7 9M6 4H3v9h9v-3',
  file: 'M4 2h5l3 3v9H4zM9 2v3h3',
  mail: 'M2 4h12v9H2zM2 4.5 8 9l6-4.5',
  terminal: 'M3 4l4 4-4 4M8 12h5',
  search: 'M7 2a5 5 0 1 0 0 10A5 5 0 0 0 7 2M11 11l3.5 3.5',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path
        d={PATHS[name]}
        fill="none"
        stroke="currentColor"
        stroke-width={name === 'more' ? 2.5 : 1.5}
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  );
}
