import { expect, it } from "vitest";
import { pauseBefore, type ReplayedEvent, readReplay, summary } from "./lines";

const event = (position: number, recordedAt?: string): ReplayedEvent => ({
  position,
  stream: "order-1",
  version: position,
  type: "order.updated",
  ...(recordedAt && { recordedAt }),
});
const line = (of: object) => `${JSON.stringify(of)}\n`;

it("reads the events of an answer, and how far it goes", () => {
  const text = line(event(1)) + line(event(2)) + line({ reached: 2, head: 9 });
  expect(readReplay(text)).toEqual({
    events: [event(1), event(2)],
    end: { reached: 2, head: 9 },
    lines: line(event(1)) + line(event(2)),
  });
});

it("keeps the whole lines of an answer that was cut off", () => {
  const text = line(event(1)) + line(event(2)).slice(0, 20);
  expect(readReplay(text)).toEqual({ events: [event(1)], end: null, lines: line(event(1)) });
  expect(readReplay("")).toEqual({ events: [], end: null, lines: "" });
});

it("waits as long as passed between two events, but no longer than is bearable", () => {
  const events = [event(1, "2026-03-14T12:00:00Z"), event(2, "2026-03-14T12:00:01Z"), event(3, "2026-03-15T12:00:00Z")];
  expect(pauseBefore(events, 0, 1, 2_000)).toBe(0);
  expect(pauseBefore(events, 1, 1, 2_000)).toBe(1_000);
  expect(pauseBefore(events, 1, 10, 2_000)).toBe(100);
  expect(pauseBefore(events, 2, 10, 2_000)).toBe(2_000);
  expect(pauseBefore([event(1), event(2)], 1, 1, 2_000)).toBe(0);
});

it("says what is in an event, and nothing that is sealed", () => {
  const data = {
    orderId: "1",
    reason: "paid",
    items: [{}, {}],
    price: { amount: 150, currency: "USD" },
    name: { sealed: 1, text: "c2VhbGVk" },
    brand: null,
  };
  expect(summary({ stream: "order-1", data }, "sealed")).toBe("reason: paid, items: [2], price: 150 USD, name: sealed");
  expect(summary({ stream: "order-1" }, "sealed")).toBe("");
});
