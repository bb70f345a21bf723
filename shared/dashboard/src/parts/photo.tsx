import { useState } from 'preact/hooks';
import { safeUrl } from './safe-url.ts';

export interface PhotoBox {
  readonly rectangle: { readonly top: number; readonly left: number; readonly width: number; readonly height: number };
  /** Between 0 and 1. */
  readonly score: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * A picture from its own address, with boxes drawn over it in the picture's own pixels.
 * @param isWhole shows the complete picture; otherwise it fills its place
 */
export function Photo({
  url,
  label,
  boxes,
  isWhole = false,
}: {
  readonly url: unknown;
  readonly label: string;
  readonly boxes: readonly PhotoBox[];
  readonly isWhole?: boolean;
}) {
  const [size, setSize] = useState<Size>();
  const [isBroken, setBroken] = useState(false);
  // A picture in a list is small, but its text must be readable.
  const textSize = (size?.width ?? 0) * (isWhole ? 0.022 : 0.04);
  const address = safeUrl(url);
  if (address === undefined || isBroken)
    return (
      <div class="photo broken" role="img" aria-label={`${label}: cannot be shown`}>
        <span>no picture</span>
      </div>
    );
  return (
    <div class={isWhole ? 'photo whole' : 'photo'}>
      <img
        src={address}
        alt={label}
        loading="lazy"
        decoding="async"
        referrerpolicy="no-referrer"
        onLoad={({ currentTarget: { naturalWidth: width, naturalHeight: height } }) => setSize({ width, height })}
        onError={() => setBroken(true)}
      />
      {size !== undefined && (
        <svg
          viewBox={`0 0 ${size.width} ${size.height}`}
          preserveAspectRatio={isWhole ? 'xMidYMid meet' : 'xMidYMid slice'}
          aria-hidden="true"
        >
          {boxes.map(({ rectangle: { left, top, width, height }, score }) => (
            <g key={`${left} ${top}`} class={moodOf(score)}>
              <rect x={left} y={top} width={width} height={height} rx={width * 0.06} />
              <text x={left + width / 2} y={labelTop({ top, height }, size, textSize)} font-size={textSize}>
                {score.toFixed(2)}
              </text>
            </g>
          ))}
        </svg>
      )}
    </div>
  );
}

/** Above the box, or below it if there is no room above. */
function labelTop(
  box: { readonly top: number; readonly height: number },
  { width, height }: Size,
  textSize: number,
): number {
  return box.top > height * 0.1 ? box.top - width * 0.012 : box.top + box.height + textSize;
}

/** Three ranges of a third each. */
export function moodOf(score: number): 'happy' | 'even' | 'sad' {
  if (score >= 2 / 3) return 'happy';
  return score < 1 / 3 ? 'sad' : 'even';
}
