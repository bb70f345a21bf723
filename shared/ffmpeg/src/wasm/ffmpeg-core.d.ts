declare module '@ffmpeg/core' {
  /** FFmpeg as a program with its own memory and its own files. One instance runs one command. */
  export interface FfmpegCore {
    readonly FS: {
      /** @param options `canOwn`: the bytes become the file's, without a copy */
      writeFile(path: string, bytes: Uint8Array, options: { canOwn: boolean }): void;
      readFile(path: string): Uint8Array;
      analyzePath(path: string): { readonly exists: boolean };
      stat(path: string): { readonly size: number };
    };
    /** Returns the exit code, or -1 when the program ended without one. */
    exec(...args: string[]): number;
    setLogger(logger: (line: { readonly message: string }) => void): void;
  }

  interface FfmpegCoreOptions {
    /** Replaces compiling the wasm file: it gives the instance to `receive` and returns the exports. */
    instantiateWasm(imports: object, receive: (instance: { readonly exports: object }) => void): object;
  }

  export default function createFfmpegCore(options: FfmpegCoreOptions): Promise<FfmpegCore>;
}
