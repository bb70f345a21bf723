/** Counts the values of each name. The names are in alphabetical order. */
export function countByName<Value>(
  values: readonly Value[],
  nameOf: (value: Value) => string,
): Readonly<Record<string, number>> {
  const names = values.map(nameOf).toSorted((a, b) => a.localeCompare(b));
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
