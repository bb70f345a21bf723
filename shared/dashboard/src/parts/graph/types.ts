import type { ComponentChildren } from 'preact';
import type { Tone } from '../tones.ts';

/** A node as a box: its content and its tone. */
export interface GraphNodeBox {
  readonly id: string;
  readonly title: string;
  readonly tone: Tone;
  readonly kind: string;
  /** Shown below the title. */
  readonly detail: ComponentChildren;
  /** Shown at the top, beside the kind of the node. */
  readonly mark?: ComponentChildren;
  /** Shown where the hops arrive: the number of messages in the queue. */
  readonly queued?: ComponentChildren;
  /** The complete text, for hovering. */
  readonly hint: string;
  readonly href?: string | undefined;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  /** Whether it is conditional, or leads to a closing node. */
  readonly isDashed: boolean;
  /** Shown in its middle. */
  readonly label?: ComponentChildren;
  readonly hint?: string;
}

/** The size of the boxes, and the distance between columns. */
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
