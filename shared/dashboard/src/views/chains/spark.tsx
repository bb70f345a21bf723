const WIDTH = 72;
const HEIGHT = 16;

/** The course of a number over the latest polls. It needs at least two, and draws nothing if all are 0. */
export function Spark({ values }: { readonly values: readonly number[] }) {
  const highest = Math.max(...values);
  if (values.length < 2 || highest === 0) return null;
  const points = values.map((value, place) => {
    const x = (place / (values.length - 1)) * WIDTH;
    return `${x.toFixed(1)},${(HEIGHT - 1 - (value / highest) * (HEIGHT - 2)).toFixed(1)}`;
  });
  return (
    <svg class="spark" width={WIDTH} height={HEIGHT} role="img" aria-label={`lately: ${values.join(', ')}`}>
      <polyline points={points.join(' ')} fill="none" />
    </svg>
  );
}
