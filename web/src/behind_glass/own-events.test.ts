import { expect, it } from "vitest";
import { clicksOf, longestOf, sinceFirst } from "./clicks";
import { type OwnEvent, withTold } from "./own-events";

function event(position: number, changes: Partial<OwnEvent> = {}): OwnEvent {
  const recordedAt = new Date(Date.UTC(2026, 2, 14) + 10 * position).toISOString();
  const stream = { type: "cart.item.added", stream: "cart-a", version: 1, cause: null, views: [] };
  return { position, correlationId: "a", recordedAt, ...stream, ...changes };
}

it("keeps events in the order of the log, however they come", () => {
  const known = withTold([event(2)], [event(3), event(1)]);
  expect(known.map(({ position }) => position)).toEqual([1, 2, 3]);
});

it("replaces what is told again", () => {
  const views = [{ view: "carts", isShown: true, after: 12 }];
  const [only, ...others] = withTold([event(2)], [event(2, { views })]);
  expect(only?.views).toEqual(views);
  expect(others).toEqual([]);
});

it("keeps so many events and not more", () => {
  const many = Array.from({ length: 300 }, (_, index) => event(index + 1));
  const kept = withTold([], many);
  expect([kept.length, kept[0]?.position]).toEqual([200, 101]);
});

it("gathers events by their click, the last click first", () => {
  const clicks = clicksOf([event(1), event(2, { correlationId: "b" }), event(3)]);
  expect(clicks.map(({ correlationId, events }) => [correlationId, events.length])).toEqual([
    ["b", 1],
    ["a", 2],
  ]);
});

it("measures bars by the longest time, and events by the first of them", () => {
  const views = [
    { view: "carts", isShown: true, after: 12 },
    { view: "trending_carts", isShown: false, after: null },
  ];
  const events = [event(1, { views }), event(4)] as const;
  expect(longestOf(events)).toBe(12);
  expect(longestOf([event(1)])).toBe(1);
  expect(sinceFirst(events[1], events)).toBe(30);
});
