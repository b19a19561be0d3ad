/** The form of a catalogue file, by its media type. */
export type FileForm = "text/csv" | "application/jsonl";

/** Rows of a file to send in one request; `firstLine` is the physical line of the file that its first row is on. */
export type Piece = { text: string; rows: number; firstLine: number; chars: number };

/** Rows of one request. */
export const ROWS = 200;
/** Characters of one request: with up to three bytes each it stays below what a request may have. */
export const CHARS = 250_000;

/** Return the form that a file's name says it has; null where it says neither. */
export function formOf(name: string): FileForm | null {
  if (/\.csv$/i.test(name)) return "text/csv";
  return /\.(jsonl|ndjson)$/i.test(name) ? "application/jsonl" : null;
}

/**
 * Cut the text of a file, which comes in any chunks, into pieces of whole rows. Each piece of a CSV file begins with
 * the header. A row of CSV ends with a line on which no quotation is open.
 */
export async function* piecesOf(chunks: AsyncIterable<string>, form: FileForm): AsyncGenerator<Piece> {
  const cutter = new Cutter(form);
  for await (const row of rowsOf(chunks, form)) {
    if (cutter.isFull(row)) yield cutter.cut();
    cutter.add(row);
  }
  if (cutter.hasRows) yield cutter.cut();
}

/** Return the line of the file that a line of a piece is. */
export function lineInFile(line: number, piece: Piece, form: FileForm): number {
  return form === "text/csv" ? Math.max(1, line - 1) + piece.firstLine - 1 : line + piece.firstLine - 1;
}

type Row = { text: string; lines: number };

class Cutter {
  private header = "";
  private rows: string[] = [];
  private chars = 0;
  private line = 1;
  private firstLine = 1;
  private readonly form: FileForm;

  constructor(form: FileForm) {
    this.form = form;
  }

  get hasRows(): boolean {
    return this.rows.length > 0;
  }

  isFull(row: Row): boolean {
    return this.hasRows && (this.rows.length === ROWS || this.chars + row.text.length > CHARS);
  }

  add({ text, lines }: Row): void {
    if (this.form === "text/csv" && !this.header) {
      this.header = text.endsWith("\n") ? text : `${text}\n`;
    } else {
      if (!this.hasRows) this.firstLine = this.line;
      this.rows.push(text);
    }
    this.chars += text.length;
    this.line += lines;
  }

  cut(): Piece {
    const { rows, firstLine, chars } = this;
    this.rows = [];
    this.chars = 0;
    return { text: this.header + rows.join(""), rows: rows.length, firstLine, chars };
  }
}

async function* rowsOf(chunks: AsyncIterable<string>, form: FileForm): AsyncGenerator<Row> {
  let row = "";
  let lines = 0;
  let isQuoteOpen = false;
  for await (const line of linesOf(chunks)) {
    row += line;
    lines += 1;
    // a quotation mark within a quotation is doubled, so an odd number of them leaves one open
    isQuoteOpen = form === "text/csv" && isQuoteOpen !== (line.split('"').length % 2 === 0);
    if (isQuoteOpen) continue;
    yield { text: row, lines };
    row = "";
    lines = 0;
  }
  if (row) yield { text: row, lines };
}

async function* linesOf(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split(/(?<=\n)/);
    rest = lines.at(-1)?.endsWith("\n") ? "" : (lines.pop() ?? "");
    yield* lines;
  }
  if (rest) yield rest;
}
