import { expect, it } from "vitest";
import { CHARS, type FileForm, formOf, lineInFile, type Piece, piecesOf, ROWS } from "./pieces";

async function* chunksOf(text: string, size: number): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
}

async function cut(text: string, form: FileForm, size = 7): Promise<Piece[]> {
  const found: Piece[] = [];
  for await (const piece of piecesOf(chunksOf(text, size), form)) found.push(piece);
  return found;
}

it.each([1, 2, 5, 1_000])("keeps quoted line ends within their row, in chunks of %i", async (size) => {
  const [piece, ...others] = await cut('id,name\r\na,"two\nlines, ""so"""\nb,plain', "text/csv", size);
  expect(others).toEqual([]);
  expect(piece).toMatchObject({ rows: 2, firstLine: 2, text: 'id,name\r\na,"two\nlines, ""so"""\nb,plain' });
});

it("gives each piece of a CSV file the header, and finds the line of the file again", async () => {
  const rows = Array.from({ length: ROWS + 3 }, (_, at) => (at === 0 ? '0,"x\ny"\n' : `${at},x\n`));
  const [first, second] = await cut(`id,name\n${rows.join("")}`, "text/csv", 333);
  expect([first?.rows, second?.rows]).toEqual([ROWS, 3]);
  expect(second?.text).toBe(`id,name\n${ROWS},x\n${ROWS + 1},x\n${ROWS + 2},x\n`);
  // the header, and the first row on two lines, come before
  expect(second?.firstLine).toBe(ROWS + 3);
  expect(lineInFile(2, second as Piece, "text/csv")).toBe(ROWS + 3);
  expect(lineInFile(1, first as Piece, "text/csv")).toBe(2);
});

it("cuts JSON Lines by size too, and loses nothing", async () => {
  const line = `${JSON.stringify({ name: "n".repeat(CHARS / 3) })}\n`;
  const text = line.repeat(5);
  const pieces = await cut(text, "application/jsonl", 10_000);
  expect(pieces.map(({ rows, firstLine }) => [rows, firstLine])).toEqual([
    [2, 1],
    [2, 3],
    [1, 5],
  ]);
  expect(pieces.map((piece) => piece.text).join("")).toBe(text);
  expect(lineInFile(1, pieces[1] as Piece, "application/jsonl")).toBe(3);
});

it("sends nothing of an empty file", async () => {
  expect(await cut("", "text/csv")).toEqual([]);
  expect(await cut("id,name\n", "text/csv")).toEqual([]);
});

it("knows a form by the file's name", () => {
  expect([formOf("a.CSV"), formOf("a.jsonl"), formOf("a.ndjson"), formOf("a.xlsx")]).toEqual([
    "text/csv",
    "application/jsonl",
    "application/jsonl",
    null,
  ]);
});
