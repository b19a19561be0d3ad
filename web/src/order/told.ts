import { replaceEqualDeep } from "@tanstack/react-query";
import type { Happening, Order } from "./queries";

/** What the stream tells of an order: its state without addresses, and what happened since the last time. */
export type Told = Omit<Order, "shippingAddress" | "billingAddress">;

/**
 * Return an order with what was told of it. The first that a connection tells has the whole timeline, every other one
 * what is new in it; what is older than what is known, as after a reload of the page, changes nothing.
 */
export function withTold(order: Order, told: Told, isFirst: boolean): Order {
  if (told.position < order.position) return order;
  return { ...order, ...told, timeline: isFirst ? told.timeline : [...order.timeline, ...newOf(order, told)] };
}

/** The answer to a question for an order, unless more was told of it meanwhile: documents may be behind the stream. */
export function newestOf(known: Order | undefined, came: Order): Order {
  return known && came.position < known.position ? known : replaceEqualDeep(known, came);
}

function newOf(order: Order, told: Told): Happening[] {
  const known = new Set(order.timeline.map(({ position }) => position));
  return told.timeline.filter(({ position }) => !known.has(position));
}
