import type { Schema } from "../../api/client";

export type Link = Schema["LinkedEvent"];

/** A dot of the picture: in which column it stands, and in which row; row 0 is what caused the first event. */
export type Dot = { link: Link | null; column: number; row: number; cause: number | null };
export type Picture = { dots: readonly Dot[]; columns: number };

/**
 * Lay out a chain: a row for each event in the order of time, below what caused the first of them. The last effect of a
 * cause goes on in its column; the others each have the first column that is free for as long as they go on.
 */
export function layOut(links: readonly Link[]): Picture {
  const rows = new Map(links.map(({ position }, index) => [position, index + 1]));
  const causes = links.map(({ cause }) => (cause === null ? 0 : (rows.get(cause) ?? 0)));
  const ends = endsOf(causes);
  const columns: number[] = [0];
  const takenUntil: number[] = [ends[0] ?? 0];
  for (let row = 0; row <= links.length; row += 1) {
    const effects = causes.flatMap((cause, index) => (cause === row ? [index + 1] : []));
    for (const effect of effects.slice(0, -1)) columns[effect] = freeColumn(takenUntil, row, ends[effect] ?? effect);
    const last = effects.at(-1);
    if (last !== undefined) columns[last] = columns[row] ?? 0;
  }
  const dots = [null, ...links].map((link, row) => ({
    link,
    row,
    column: columns[row] ?? 0,
    cause: row === 0 ? null : (causes[row - 1] ?? 0),
  }));
  return { dots, columns: takenUntil.length };
}

/** The last row of what each row led to, itself included. */
function endsOf(causes: readonly number[]): number[] {
  const ends = Array.from({ length: causes.length + 1 }, (_, row) => row);
  for (let row = causes.length; row > 0; row -= 1) {
    const cause = causes[row - 1] ?? 0;
    ends[cause] = Math.max(ends[cause] ?? 0, ends[row] ?? 0);
  }
  return ends;
}

function freeColumn(takenUntil: number[], row: number, end: number): number {
  const found = takenUntil.findIndex((until) => until <= row);
  const column = found < 0 ? takenUntil.length : found;
  takenUntil[column] = end;
  return column;
}

/** The line from a cause to its effect, in units of rows and columns: aside right below the cause, then down. */
export function lineOf(cause: Dot, effect: Dot): string {
  const turn = cause.row + 0.5;
  if (cause.column === effect.column) return `M${cause.column} ${cause.row}V${effect.row}`;
  return `M${cause.column} ${cause.row}C${cause.column} ${turn} ${effect.column} ${turn} ${effect.column} ${cause.row + 1}V${effect.row}`;
}
