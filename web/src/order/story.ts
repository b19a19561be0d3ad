import { order as words } from "../strings/order";
import type { Happening, Order } from "./queries";

/** One line of what happened, as a person reads it. */
export type Line = { at: string; text: string; state: "done" | "waiting" | "past" | "failed" };

const FAILED = new Set([
  "payment.failed",
  "inventory.failed",
  "shipping.failed",
  "order.failed",
  "payment.refund.failed",
]);
const WAITING = new Set([
  "payment.processing",
  "payment.refund",
  "shipping.preparation",
  "order.cancellation.requested",
  "saga.step.timed.out",
  "saga.retry.scheduled",
  "saga.compensation.started",
  "saga.stuck",
]);

/** Return what happened to an order in words; what only the shop itself minds is left out. */
export function storyOf(timeline: readonly Happening[]): Line[] {
  const lines = timeline.flatMap((each): Line[] => {
    const text = words.story[each.type];
    return text === undefined ? [] : [{ at: each.at, text: retried(each, text), state: stateOf(each) }];
  });
  // what was waited for is past once anything else has happened
  return lines.map((line, index) =>
    line.state === "waiting" && index < lines.length - 1 ? { ...line, state: "past" } : line,
  );
}

function retried({ type, details }: Happening, text: string): string {
  return type.endsWith(".failed") && details?.retriable === true ? words.retried(text) : text;
}

function stateOf({ type, details }: Happening): Line["state"] {
  if (FAILED.has(type)) return details?.retriable === true ? "waiting" : "failed";
  return WAITING.has(type) ? "waiting" : "done";
}

/** Say why an order ended without the goods, and what became of the money. */
export function whyOver(order: Pick<Order, "failure" | "timeline" | "paymentStatus">): string {
  const types = new Set(order.timeline.map(({ type }) => type));
  const { failed } = words;
  if (order.failure?.failedStep === "payment" && types.has("payment.failed")) return failed.declined;
  const why = types.has("inventory.failed") ? failed.shortage : order.failure && failed.other(order.failure.reason);
  const money =
    order.paymentStatus === "refunded" ? failed.refunded : !types.has("payment.processed") && failed.nothing;
  return [why, money].filter(Boolean).join(" ");
}

/** Return what was given back of an order, and when; undefined while nothing was. */
export function refundOf({ timeline }: Pick<Order, "timeline">): { amount: number; at: string } | undefined {
  const refunded = timeline.find(({ type }) => type === "payment.refunded");
  const amount = refunded?.details?.amount;
  return refunded && typeof amount === "number" ? { amount, at: refunded.at } : undefined;
}

/** Whether a refund that was refused has been made outside the shop, as our staff say. */
export function isRefundSettled({ timeline, paymentStatus }: Pick<Order, "timeline" | "paymentStatus">): boolean {
  const isMarked = timeline.some(
    ({ type, details }) => type === "saga.resolved" && details?.resolution === "mark done",
  );
  return paymentStatus === "refundFailed" && isMarked;
}
