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
  /** Beside the kind of the node, at its head. */
  readonly mark?: ComponentChildren;
  /** Where the hops arrive: what stands in line for the node. */
  readonly queued?: ComponentChildren;
  /** The whole of it, for hovering. */
  readonly hint: string;
  readonly href?: string | undefined;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  /** Whether a condition decides, or a failure is handled by it. */
  readonly isDashed: boolean;
  /** In its middle. */
  readonly label?: ComponentChildren;
  readonly hint?: string;
}

/** How large the boxes are, and how far apart the columns. */
export interface GraphSizes {
  readonly width: number;
  readonly height: number;
  readonly gap: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface LaidOut {
  readonly width: number;
  readonly height: number;
  readonly places: ReadonlyMap<string, { readonly left: number; readonly top: number }>;
  readonly lines: readonly (Pick<GraphEdge, 'from' | 'to'> & { readonly points: readonly Point[] })[];
}
