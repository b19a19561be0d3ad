import { expect, test } from "vitest";
import type { Happening, Order } from "./queries";
import { mayCancel, stagesOf } from "./stages";
import { isRefundSettled, refundOf, storyOf, whyOver } from "./story";
import { newestOf, type Told, withTold } from "./told";

const happened = (type: string, position: number, details = {}): Happening => ({
  at: `2026-01-01T00:00:${String(position).padStart(2, "0")}Z`,
  type,
  title: type,
  details,
  position,
});
const CREATED = happened("order.created", 1);
const ASKED = happened("payment.processing", 2);
const PAID = happened("payment.processed", 3);
const order = (part: Partial<Order>) =>
  ({ status: "Pending", paymentStatus: "none", position: 1, timeline: [CREATED], ...part }) as Order;
const told = (position: number, ...timeline: Happening[]) =>
  ({ status: "Payment Processed", position, timeline }) as unknown as Told;

test("the first of a connection replaces the timeline, the next ones add to it", () => {
  const first = withTold(order({}), told(2, CREATED, ASKED), true);
  expect(first.timeline).toEqual([CREATED, ASKED]);
  const next = withTold(first, told(3, PAID), false);
  expect(next.timeline).toEqual([CREATED, ASKED, PAID]);
  expect(next.status).toBe("Payment Processed");
});

test("what is told twice is there once, and what is old changes nothing", () => {
  const known = order({ position: 3, timeline: [CREATED, ASKED, PAID] });
  expect(withTold(known, told(3, PAID), false).timeline).toHaveLength(3);
  expect(withTold(known, told(2, CREATED, ASKED), true)).toBe(known);
});

test("an answer that is older than what was told changes nothing", () => {
  const known = order({ position: 3, status: "Cancelling" });
  expect(newestOf(known, order({ position: 2, status: "Processing" }))).toBe(known);
  expect(newestOf(known, order({ position: 4, status: "Cancelled" })).status).toBe("Cancelled");
  expect(newestOf(undefined, known)).toBe(known);
});

test("stages are done up to where an order is, and failed where it went wrong", () => {
  const states = (part: Partial<Order>) => stagesOf(order(part)).map(([, state]) => state);
  expect(states({ status: "Inventory Reserved" })).toEqual(["done", "done", "done", "waiting", "open", "open"]);
  expect(states({ status: "Delivered" })).toEqual(Array(6).fill("done"));
  expect(states({ status: "Failed" })).toEqual(["done", "failed", "open", "open", "open", "open"]);
  expect(states({ status: "Cancelled", timeline: [CREATED, PAID] })[2]).toBe("failed");
});

test("an order can be cancelled until it leaves the house", () => {
  expect(mayCancel({ status: "Shipping Prepared" })).toBe(true);
  for (const status of ["Shipped", "Cancelling", "Failed"] as const) expect(mayCancel({ status })).toBe(false);
});

test("only the last line of a story is waited for", () => {
  expect(storyOf([CREATED, ASKED]).at(-1)?.state).toBe("waiting");
  expect(storyOf([CREATED, ASKED, PAID]).map(({ state }) => state)).toEqual(["done", "past", "done"]);
});

test("a refusal that is tried again is no failure", () => {
  const [line] = storyOf([happened("payment.failed", 4, { retriable: true })]);
  expect(line).toMatchObject({ state: "waiting", text: expect.stringContaining("next try") });
  expect(storyOf([happened("payment.failed", 4, { retriable: false })])[0]?.state).toBe("failed");
});

test("why it came to nothing says what became of the money", () => {
  const failure = { reason: "card_declined", failedStep: "payment" };
  expect(whyOver(order({ failure, timeline: [happened("payment.failed", 4)] }))).toContain("Nothing was charged");
  const short = order({ paymentStatus: "refunded", timeline: [PAID, happened("inventory.failed", 5)] });
  expect(whyOver(short)).toBe("There were not enough items left. The payment was refunded.");
});

test("a refund is told with its amount once it was made", () => {
  const asked = [PAID, happened("payment.refund", 5, { amount: 900 })];
  expect(refundOf(order({ timeline: asked }))).toBeUndefined();
  const made = happened("payment.refunded", 6, { amount: 900, currency: "USD" });
  expect(refundOf(order({ timeline: [...asked, made] }))).toEqual({ amount: 900, at: made.at });
});

test("a refund that was refused is settled once our staff say so", () => {
  const refused = [PAID, happened("payment.refund.failed", 5)];
  expect(isRefundSettled(order({ paymentStatus: "refundFailed", timeline: refused }))).toBe(false);
  const resolved = (resolution: string) => [...refused, happened("saga.resolved", 6, { resolution })];
  expect(isRefundSettled(order({ paymentStatus: "refundFailed", timeline: resolved("mark done") }))).toBe(true);
  expect(isRefundSettled(order({ paymentStatus: "refundFailed", timeline: resolved("force fail") }))).toBe(false);
  expect(isRefundSettled(order({ paymentStatus: "refunded", timeline: resolved("mark done") }))).toBe(false);
});
