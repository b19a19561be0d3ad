import { expect, it } from "vitest";
import { type Live, withTold } from "./live";
import type { LoggedEvent } from "./queries";

const NOTHING: Live = { events: [], until: 5, gap: null, isCutOff: true };
const event = (position: number) => ({ position, type: "order.created" }) as LoggedEvent;
const told = (after: number, until: number, positions: number[], leftOut = false) => ({
  after,
  until,
  leftOut,
  items: positions.map(event),
});

it("puts what was told before what was known, the newest first, and each once", () => {
  const first = withTold(NOTHING, told(5, 8, [6, 8]));
  const second = withTold(first, told(7, 9, [8, 9]));
  expect(second.events.map(({ position }) => position)).toEqual([9, 8, 6]);
  expect(second).toMatchObject({ until: 9, gap: null, isCutOff: false });
});

it("remembers from where to where something was left out", () => {
  const first = withTold(NOTHING, told(5, 300, [201, 300], true));
  expect(first.gap).toEqual({ after: 5, until: 201 });
  expect(withTold(first, told(300, 301, [301])).gap).toEqual({ after: 5, until: 201 });
  expect(withTold(first, told(300, 900, [], true)).gap).toEqual({ after: 5, until: 900 });
});

it("keeps no more than five hundred", () => {
  const many = Array.from({ length: 600 }, (_, index) => index + 6);
  const { events } = withTold(NOTHING, told(5, 605, many));
  expect([events.length, events[0]?.position]).toEqual([500, 605]);
});
