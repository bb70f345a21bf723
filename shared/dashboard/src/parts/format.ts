const whole = new Intl.NumberFormat('en');
const day = new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric' });
const clock = new Intl.DateTimeFormat('en', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});

export function number(value: number): string {
  return whole.format(value);
}

/** `one run`, `3 runs`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${number(count)} ${count === 1 ? one : many}`;
}

/** Formats with about three significant digits. */
export function decimal(value: number): string {
  if (value !== 0 && Math.abs(value) < 0.001) return value.toExponential(1);
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return whole.format(Number(value.toFixed(digits)));
}

const S = 1_000;
const MIN = 60 * S;
const H = 60 * MIN;
const D = 24 * H;

/** `850 ms`, `12.4 s`, `3 m 20 s`, `2 h 5 m`, `4 d 3 h`. */
export function duration(ms: number): string {
  if (ms < S) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < MIN) return `${(ms / S).toFixed(ms < 10 * S ? 1 : 0)} s`;
  if (ms < H) return `${Math.floor(ms / MIN)} m ${Math.floor((ms % MIN) / S)} s`;
  if (ms < D) return `${Math.floor(ms / H)} h ${Math.floor((ms % H) / MIN)} m`;
  return `${Math.floor(ms / D)} d ${Math.floor((ms % D) / H)} h`;
}

/** Only the time of day if it is today. */
export function moment(at: number, now = Date.now()): string {
  const isToday = new Date(at).toDateString() === new Date(now).toDateString();
  return isToday ? clock.format(at) : `${day.format(at)}, ${clock.format(at)}`;
}

export function ago(at: number, now = Date.now()): string {
  const passed = now - at;
  if (passed < 5 * S) return 'just now';
  if (passed < MIN) return `${Math.floor(passed / S)} s ago`;
  if (passed < H) return `${Math.floor(passed / MIN)} m ago`;
  if (passed < D) return `${Math.floor(passed / H)} h ago`;
  return moment(at, now);
}

export function percent(part: number, all: number): string {
  if (all === 0) return '0 %';
  const share = (part / all) * 100;
  return `${share < 100 && share > 99 ? 99 : Math.round(share)} %`;
}

/** `850 B`, `12 kB`, `3.4 MB`. */
export function bytes(count: number): string {
  if (count < 1_000) return `${count} B`;
  return count < 1_000_000 ? `${(count / 1_000).toFixed(0)} kB` : `${(count / 1_000_000).toFixed(1)} MB`;
}
