import { expect, it } from "vitest";
import { BEHIND, type Counts, choicesOf, deadOf, isUnroutable, type Shown, totalsOf, whatItIs } from "./letter";
import { letterFilters } from "./queries";

const counts: Counts = [
  { kind: "message", consumer: "saga", cause: "KeyError", waiting: 1, dead: 3 },
  { kind: "message", consumer: "saga", cause: BEHIND, waiting: 5, dead: 0 },
  { kind: "timer", consumer: "saga", cause: "KeyError", waiting: 0, dead: 2 },
  { kind: "document", consumer: "projections", cause: "KeyError", waiting: 0, dead: 4 },
];
const letter: Shown = {
  id: "saga.41",
  kind: "message",
  consumer: "saga",
  subject: "o-1",
  orderId: "o-1",
  orderNumber: null,
  position: 41,
  view: null,
  cause: "KeyError",
  attempts: 4,
  since: "2026-03-14T12:00:00Z",
  retryAt: null,
  deadAt: "2026-03-14T12:00:07Z",
  isCopied: true,
  name: "41",
  trace: "",
  topic: "aioutlet.orders",
  partition: 1,
  stream: null,
};

it("counts those behind others apart, as lists leave them out", () => {
  expect(totalsOf(counts)).toEqual({ waiting: 1, dead: 9, behind: 5 });
});

it("counts what a decision about a cause concerns, messages and timers together", () => {
  expect(deadOf(counts, { cause: "KeyError" })).toBe(9);
  expect(deadOf(counts, { cause: "KeyError", consumer: "saga" })).toBe(5);
  expect(deadOf(counts, { cause: "poison" })).toBe(0);
});

it("says what each is", () => {
  expect(whatItIs(letter)).toBe("Message 41");
  expect(whatItIs({ ...letter, kind: "timer", consumer: "reservation" })).toBe("Timer, reservation");
  expect(whatItIs({ ...letter, kind: "document", view: "orders" })).toBe("Document in “orders”");
});

it("lets one choose among what there is, and what is chosen", () => {
  expect(choicesOf(["poison", BEHIND, "KeyError", "KeyError"], "TypeError")).toEqual({
    KeyError: "KeyError",
    TypeError: "TypeError",
    poison: "poison",
  });
  expect(choicesOf([], undefined)).toEqual({});
});

it("knows what nobody would try again", () => {
  expect(isUnroutable(letter)).toBe(false);
  expect(isUnroutable({ ...letter, topic: null })).toBe(true);
  expect(isUnroutable({ ...letter, kind: "timer", topic: null })).toBe(false);
});

it("asks for what the address says", () => {
  expect(letterFilters({ state: "dead", consumer: "saga", cause: "KeyError", letter: "saga.41" })).toEqual({
    state: "dead",
    consumer: "saga",
    cause: "KeyError",
  });
  expect(letterFilters({})).toEqual({});
});
