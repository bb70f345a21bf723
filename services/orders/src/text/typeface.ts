import { readFile } from 'node:fs/promises';
import fontkit from '@pdf-lib/fontkit';
import { fontFile, SCRIPTS, type Script, type Weight } from './font-files.ts';

export type Font = ReturnType<typeof fontkit.create>;

/** One script's part of a typeface. */
export interface ScriptFont {
  readonly script: Script;
  readonly bytes: Uint8Array;
  readonly font: Font;
}

/** Neighbouring characters of one font. */
export interface TextRun {
  readonly font: ScriptFont;
  readonly text: string;
}

/** Replaces a character that no font has. Every reader recognises it. */
export const MISSING = '\ufffd';

/** One weight of the typeface, in all its scripts. */
export class Typeface {
  readonly #fonts: readonly ScriptFont[];

  constructor(fonts: readonly ScriptFont[]) {
    this.#fonts = fonts;
  }

  /**
   * Splits the text into pieces that one font each can draw. Characters that no font has become {@link
   * MISSING}.
   */
  runsOf(text: string): TextRun[] {
    const runs: { font: ScriptFont; text: string }[] = [];
    // A composed accented letter is one glyph. Decomposed, its accent would be beside it.
    for (const char of text.normalize('NFC')) {
      const last = runs.at(-1);
      const own = this.#fontOf(char, last?.font);
      const drawn = own === undefined ? MISSING : char;
      const font = own ?? this.#fontOf(MISSING);
      if (font === undefined) throw new Error('the typeface has no glyph for missing characters');
      if (last?.font === font) last.text += drawn;
      else runs.push({ font, text: drawn });
    }
    return runs;
  }

  /** Whether every character can be drawn. */
  has(text: string): boolean {
    return Array.from(text.normalize('NFC')).every((char) => this.#fontOf(char) !== undefined);
  }

  /** @param before the font of the previous character, which places a separate accent best */
  #fontOf(char: string, before?: ScriptFont): ScriptFont | undefined {
    const code = char.codePointAt(0) ?? 0;
    if (before?.font.hasGlyphForCodePoint(code) === true && /\p{M}/u.test(char)) return before;
    return this.#fonts.find(({ font }) => font.hasGlyphForCodePoint(code));
  }
}

const loaded = new Map<Weight, Promise<Typeface>>();

/** Reads the fonts of a weight, once per process (about 10 ms). */
export async function loadTypeface(weight: Weight): Promise<Typeface> {
  const known = loaded.get(weight);
  if (known !== undefined) return await known;
  const loading = readFonts(weight);
  loaded.set(weight, loading);
  try {
    return await loading;
  } catch (error) {
    loaded.delete(weight);
    throw error;
  }
}

async function readFonts(weight: Weight): Promise<Typeface> {
  const fonts = SCRIPTS.map(async (script) => {
    const bytes = await readFile(fontFile(script, weight));
    return { script, bytes, font: fontkit.create(bytes) };
  });
  return new Typeface(await Promise.all(fonts));
}
