import { api, read, type Schema } from "../../api/client";
import { type FileForm, lineInFile, type Piece, piecesOf } from "./pieces";

type Answer = Schema["CatalogueImported"];
export type RowError = Schema["RowError"];

export const COUNTS = [
  "created",
  "updated",
  "priceChanged",
  "relisted",
  "discontinued",
  "unchanged",
  "failed",
] as const satisfies readonly (keyof Answer)[];

/** Errors that are listed; the others are counted. */
export const LISTED = 200;

/** What became of the rows so far; `share` of the file is done, and it took so many milliseconds. */
export type Report = {
  rows: number;
  share: number;
  took: number;
  counts: Readonly<Record<(typeof COUNTS)[number], number>>;
  errors: readonly RowError[];
};

export const NOTHING: Report = {
  rows: 0,
  share: 0,
  took: 0,
  counts: { created: 0, updated: 0, priceChanged: 0, relisted: 0, discontinued: 0, unchanged: 0, failed: 0 },
  errors: [],
};

type Import = { file: File; form: FileForm; dryRun: boolean; signal: AbortSignal; onReport: (report: Report) => void };

/** Send a file piece by piece, one after the other, and report after each; what was imported stays, also when it breaks off. */
export async function importFile({ file, form, dryRun, signal, onReport }: Import): Promise<void> {
  const began = performance.now();
  let [report, sent] = [NOTHING, 0];
  for await (const piece of piecesOf(textOf(file), form)) {
    signal.throwIfAborted();
    const answer = await send(piece, form, dryRun, signal);
    sent += piece.chars;
    const share = Math.min(1, sent / file.size);
    report = { ...add(report, answer, piece, form), share, took: performance.now() - began };
    onReport(report);
  }
  onReport({ ...report, share: 1, took: performance.now() - began });
}

/** Return a report with the answer for one more piece; its errors are of lines of the piece. */
export function add(report: Report, answer: Answer, piece: Piece, form: FileForm): Report {
  const counts = Object.fromEntries(COUNTS.map((name) => [name, report.counts[name] + answer[name]]));
  const errors = answer.errors.map((error) => ({ ...error, line: lineInFile(error.line, piece, form) }));
  return {
    ...report,
    rows: report.rows + answer.rows,
    counts: counts as Report["counts"],
    errors: [...report.errors, ...errors].slice(0, LISTED),
  };
}

function send({ text }: Piece, form: FileForm, dryRun: boolean, signal: AbortSignal): Promise<Answer> {
  return read(
    api.POST("/bff/admin/catalogue", {
      params: { query: { dryRun } },
      body: text,
      bodySerializer: (body) => body as string,
      headers: { "Content-Type": form },
      signal,
    }),
  );
}

async function* textOf(file: File): AsyncGenerator<string> {
  const reader = file.stream().pipeThrough(new TextDecoderStream()).getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
}
