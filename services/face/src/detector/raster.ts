/** An image as bytes, three per pixel (sRGB), rows from the top. */
export interface Raster {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}
