import type { ComponentChildren } from 'preact';
import type { Tone } from '../tones.ts';

/** A node as a box: what stands in it, and how it stands. */
export interface GraphNodeBox {
  readonly id: string;
  readonly title: string;
  readonly tone: Tone;
  readonly kind: string;
  /** Below the title. */
  readonly detail: ComponentChildren;
  /** The whole of it, for hovering. */
  readonly hint: string;
  readonly href?: string | undefined;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  /** Whether a condition decides, or a failure is handled by it. */
  readonly isDashed: boolean;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface LaidOut {
  readonly width: number;
  readonly height: number;
  readonly places: ReadonlyMap<string, { readonly left: number; readonly top: number }>;
  readonly lines: readonly (GraphEdge & { readonly points: readonly Point[] })[];
}
