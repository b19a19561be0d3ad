import { expect, it } from "vitest";
import { durationText } from "../parts/duration";
import { wanted } from "./queries";
import { countLive, marksOf, movesAt, type Saga, whyItWaits } from "./saga";

const request = {
  step: "payment",
  direction: "forward",
  attempt: 1,
  tries: 1,
  askedAt: "2026-03-14T12:00:00Z",
  retryAt: null,
  deadline: "2026-03-14T12:00:30Z",
} as const;

const saga = (changes: Partial<Saga>) =>
  ({
    state: "PAYMENT_PROCESSING",
    request,
    suspended: null,
    maxAttempts: 3,
    steps: ["payment", "inventory", "shipping"],
    done: [],
    undo: ["payment"],
    ...changes,
  }) as Saga;

it("says why a saga waits", () => {
  expect(whyItWaits(saga({}))).toBe("Waits for an answer about the charge, attempt 1 of 3");
  const retried = { ...request, retryAt: "2026-03-14T12:00:01Z", deadline: null };
  expect(whyItWaits(saga({ request: retried }))).toBe("Asks again for the charge, attempt 2 of 3");
  const undo = { ...request, direction: "undo" as const };
  expect(whyItWaits(saga({ state: "STUCK", request: undo }))).toMatch(/Gave up on the refund/);
  expect(whyItWaits(saga({ state: "COMPLETED", request: null }))).toMatch(/carrier/);
  expect(whyItWaits(saga({ state: "FAILED", request: null }))).toBe("Waits for nothing");
});

it("moves on by itself at its next attempt, or else at its deadline", () => {
  expect(movesAt(saga({}))).toBe(request.deadline);
  expect(movesAt(saga({ request: { ...request, retryAt: "2026-03-14T12:00:01Z" } }))).toBe("2026-03-14T12:00:01Z");
  expect(movesAt(saga({ request: null }))).toBeNull();
});

it("marks what is done, what runs and what is undone", () => {
  const marks = (changes: Partial<Saga>) => marksOf(saga(changes)).map(([, mark]) => mark);
  expect(marks({})).toEqual(["running", "ahead", "ahead"]);
  const renewed = { ...request, step: "inventory" as const };
  const shipping = { ...request, step: "shipping" as const };
  expect(marks({ request: renewed, suspended: shipping, done: ["payment"] })).toEqual(["done", "running", "paused"]);
  const undoing = { ...request, step: "inventory" as const, direction: "undo" as const };
  expect(marks({ state: "COMPENSATING", request: undoing, undo: ["inventory", "payment"] })).toEqual([
    "toUndo",
    "undoing",
    "none",
  ]);
  expect(marks({ state: "STUCK", request: undoing, undo: ["inventory"] })).toEqual(["none", "stuck", "none"]);
  expect(marks({ state: "FAILED", request: null })).toEqual(["none", "none", "none"]);
});

it("counts those under way", () => {
  expect(countLive({ STUCK: 2, COMPENSATING: 1, COMPLETED: 40, FAILED: 7 })).toBe(3);
});

it("asks for what the address says", () => {
  expect(wanted({ state: "STUCK", step: "payment", staleFor: "60", page: "2" })).toEqual({
    state: "STUCK",
    step: "payment",
    staleFor: 60,
    limit: 25,
    skip: 25,
  });
  expect(wanted({})).toEqual({ limit: 25, skip: 0 });
});

it.each([
  [-5, "0 sec"],
  [59_999, "59 sec"],
  [61_000, "1 min"],
  [7_300_000, "2 hr"],
  [200_000_000, "2 days"],
])("says %i milliseconds as %s", (milliseconds, text) => {
  expect(durationText(milliseconds)).toBe(text);
});
