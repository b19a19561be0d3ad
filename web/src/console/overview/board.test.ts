import { expect, it } from "vitest";
import { type Board, rateOf, type Sample, sampled } from "./board";

const board = (total: number) => ({ orders: { total, byStatus: {} } }) as unknown as Board;

it("keeps the samples of the last minute, and the last before it", () => {
  const samples: Sample[] = [
    { at: 0, total: 1 },
    { at: 10_000, total: 2 },
    { at: 50_000, total: 3 },
  ];
  expect(sampled(samples, board(9), 80_000)).toEqual([...samples.slice(1), { at: 80_000, total: 9 }]);
  expect(sampled([], board(9), 5)).toEqual([{ at: 5, total: 9 }]);
});

it("counts orders a second over what it has seen", () => {
  const samples = [
    { at: 0, total: 10 },
    { at: 4_000, total: 30 },
  ];
  expect(rateOf(samples, 10_000)).toBe(2);
  expect(rateOf(samples.slice(0, 1), 10_000)).toBe(0);
  expect(rateOf([], 10_000)).toBe(0);
});
