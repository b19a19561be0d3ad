import { expect, it } from "vitest";
import { type Link, layOut, lineOf } from "./chain";

const link = (position: number, cause: number | null) => ({ position, cause }) as Link;
const columns = (...links: Link[]) => layOut(links).dots.map(({ column }) => column);

it("puts a chain without branches into one column, below its origin", () => {
  const { dots, columns: width } = layOut([link(3, null), link(5, 3), link(9, 5)]);
  expect(dots.map(({ row, column, cause }) => [row, column, cause])).toEqual([
    [0, 0, null],
    [1, 0, 0],
    [2, 0, 1],
    [3, 0, 2],
  ]);
  expect(width).toBe(1);
});

it("lets the last effect go on in the column of its cause, and the others beside it", () => {
  expect(columns(link(1, null), link(2, 1), link(3, 1), link(4, 2), link(5, 3))).toEqual([0, 0, 1, 0, 1, 0]);
});

it("uses a column again once what was in it is over", () => {
  const picture = layOut([link(1, null), link(2, 1), link(3, 1), link(4, 3), link(5, 3)]);
  expect(picture.dots.map(({ column }) => column)).toEqual([0, 0, 1, 0, 1, 0]);
  expect(picture.columns).toBe(2);
});

it("never lets two lines share a column at a time", () => {
  const picture = layOut([link(1, null), link(2, null), link(3, 1), link(4, 1), link(5, 2), link(6, 3)]);
  const spans = picture.dots
    .filter(({ cause }) => cause !== null)
    .map(({ cause, row, column }) => ({ column, from: cause ?? 0, to: row }));
  for (const [index, one] of spans.entries())
    for (const other of spans.slice(index + 1)) {
      const isApart = one.column !== other.column || one.to <= other.from || other.to <= one.from;
      expect(isApart).toBe(true);
    }
});

it("draws straight down, or aside and down", () => {
  const [origin, first, second] = layOut([link(1, null), link(2, null)]).dots;
  if (!origin || !first || !second) throw new Error("three dots");
  expect(lineOf(origin, second)).toBe("M0 0V2");
  expect(lineOf(origin, first)).toBe("M0 0C0 0.5 1 0.5 1 1V1");
});
