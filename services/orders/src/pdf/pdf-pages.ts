import fontkit from '@pdf-lib/fontkit';
import { PDFDocument, type PDFFont, type PDFPage } from 'pdf-lib';
import { loadTypeface, type ScriptFont, type TextRun, type Typeface } from '../text/typeface.ts';

/** A4, in points. */
const PAGE = { width: 595.28, height: 841.89 } as const;
const MARGIN = 56;
const LINE_HEIGHT = 1.45;

/** Off: this rule of the font splits composed letters, and no reader recognises the letter from its parts. */
const FEATURES = { ccmp: false };

export interface TextStyle {
  readonly size: number;
  readonly isBold?: boolean;
}

/** A column of a row: its position between the margins, as fractions of the width. */
export interface Cell {
  readonly text: string;
  readonly from: number;
  readonly to: number;
  readonly align?: 'left' | 'right';
}

/** Writes lines downwards, and continues on a new page when one is full. */
export class PdfPages {
  readonly #doc: PDFDocument;
  readonly #regular: Typeface;
  readonly #bold: Typeface;
  readonly #embedded = new Map<ScriptFont, PDFFont>();
  #page: PDFPage;
  #y = PAGE.height - MARGIN;

  private constructor(doc: PDFDocument, regular: Typeface, bold: Typeface) {
    this.#doc = doc;
    this.#regular = regular;
    this.#bold = bold;
    this.#page = doc.addPage([PAGE.width, PAGE.height]);
  }

  /** @param prepare sets the document's metadata */
  static async create(prepare: (doc: PDFDocument) => void): Promise<PdfPages> {
    // Nothing in it depends on the time: the same text makes the same bytes.
    const doc = await PDFDocument.create({ updateMetadata: false });
    doc.registerFontkit(fontkit);
    prepare(doc);
    const [regular, bold] = await Promise.all([loadTypeface(400), loadTypeface(700)]);
    return new PdfPages(doc, regular, bold);
  }

  /** Writes a paragraph over the full width, with line breaks where a line is full. */
  async paragraph(text: string, style: TextStyle): Promise<void> {
    await this.row([{ text, from: 0, to: 1 }], style);
  }

  /** Writes cells side by side. The highest sets the height of the row. A row isn't split by a page break. */
  async row(cells: readonly Cell[], style: TextStyle): Promise<void> {
    const columns = [];
    for (const cell of cells) columns.push({ cell, lines: await this.#broken(cell, style) });
    const lineHeight = style.size * LINE_HEIGHT;
    const height = Math.max(...columns.map(({ lines }) => lines.length)) * lineHeight;
    if (this.#y - height < MARGIN) {
      this.#page = this.#doc.addPage([PAGE.width, PAGE.height]);
      this.#y = PAGE.height - MARGIN;
    }
    for (const { cell, lines } of columns) {
      for (const [at, line] of lines.entries()) {
        const y = this.#y - at * lineHeight - style.size;
        await this.#draw(line, startOf(cell, await this.#width(line, style)), y, style);
      }
    }
    this.#y -= height;
  }

  space(points: number): void {
    this.#y -= points;
  }

  /** Tells whether the text can be shown unchanged. */
  canShow(text: string): boolean {
    return this.#regular.has(text);
  }

  async bytes(): Promise<Uint8Array> {
    return await this.#doc.save();
  }

  async #draw(text: string, start: number, y: number, style: TextStyle): Promise<void> {
    let x = start;
    for (const run of this.#runs(text, style)) {
      const font = await this.#embed(run.font);
      this.#page.drawText(run.text, { x, y, size: style.size, font });
      x += font.widthOfTextAtSize(run.text, style.size);
    }
  }

  /**
   * Breaks the text of a cell into lines that fit: at spaces, or inside a word that is too long for a line.
   */
  async #broken(cell: Cell, style: TextStyle): Promise<string[]> {
    const most = (cell.to - cell.from) * (PAGE.width - 2 * MARGIN);
    const lines: string[] = [];
    let line = '';
    for (const word of cell.text.split(/(?<= )/)) {
      if ((await this.#width(`${line}${word}`.trimEnd(), style)) <= most) {
        line += word;
        continue;
      }
      if (line !== '') lines.push(line.trimEnd());
      line = '';
      for (const char of word) {
        if (line !== '' && (await this.#width(`${line}${char}`.trimEnd(), style)) > most) {
          lines.push(line);
          line = '';
        }
        line += char;
      }
    }
    return [...lines, line.trimEnd()];
  }

  async #width(text: string, style: TextStyle): Promise<number> {
    let width = 0;
    for (const run of this.#runs(text, style)) {
      width += (await this.#embed(run.font)).widthOfTextAtSize(run.text, style.size);
    }
    return width;
  }

  #runs(text: string, { isBold = false }: TextStyle): TextRun[] {
    return (isBold ? this.#bold : this.#regular).runsOf(text);
  }

  /**
   * Embeds a font. Only the glyphs in use get into the file. That also unpacks the font from its web format.
   */
  async #embed(font: ScriptFont): Promise<PDFFont> {
    const known = this.#embedded.get(font);
    if (known !== undefined) return known;
    const embedded = await this.#doc.embedFont(font.bytes, { subset: true, features: FEATURES });
    this.#embedded.set(font, embedded);
    return embedded;
  }
}

function startOf({ from, to, align = 'left' }: Cell, textWidth: number): number {
  const width = PAGE.width - 2 * MARGIN;
  return align === 'left' ? MARGIN + from * width : MARGIN + to * width - textWidth;
}
