import { expect, it } from "vitest";
import { type Board, rateOf, ratesOf, type Sample, sampled } from "./board";

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

it("counts the orders of each span, and nothing before it began to look", () => {
  const samples = [
    { at: 1_000, total: 10 },
    { at: 6_000, total: 13 },
    { at: 11_500, total: 14 },
  ];
  expect(ratesOf(samples, 12_000, { length: 5_000, count: 3 })).toEqual([0, 3, 1]);
  expect(ratesOf([], 12_000, { length: 5_000, count: 2 })).toEqual([0, 0]);
});
