import { now } from './clock.ts';
import { ago, moment } from './format.ts';

/** How long ago something was. Hovering shows the exact time. */
export function Ago({ at }: { readonly at: string | number }) {
  const ms = typeof at === 'string' ? Date.parse(at) : at;
  return (
    <time dateTime={new Date(ms).toISOString()} title={new Date(ms).toLocaleString()}>
      {ago(ms, now.value)}
    </time>
  );
}

export function Moment({ at }: { readonly at: string | number }) {
  const ms = typeof at === 'string' ? Date.parse(at) : at;
  return (
    <time dateTime={new Date(ms).toISOString()} title={new Date(ms).toISOString()}>
      {moment(ms)}
    </time>
  );
}
