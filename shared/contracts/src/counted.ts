/** So many of something, in words: `1 item`, `2 items`. The noun takes an s for more than one. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
