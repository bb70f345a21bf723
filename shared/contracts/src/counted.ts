/** A number of things in words: `1 item`, `2 items`. The noun gets an s for any count but one. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
