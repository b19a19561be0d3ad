import type { Happening, Order, Status } from "./queries";

export const STAGES = ["received", "paid", "reserved", "prepared", "shipped", "delivered"] as const;

export type Stage = (typeof STAGES)[number];
export type StageState = "done" | "waiting" | "failed" | "open";

const REACHED: Readonly<Partial<Record<Status, number>>> = {
  Pending: 1,
  Processing: 1,
  "Payment Processed": 2,
  "Inventory Reserved": 3,
  "Shipping Prepared": 4,
  Shipped: 5,
  Delivered: 6,
};
const ENDINGS: ReadonlySet<Status> = new Set(["Cancelling", "Cancelled", "Failing", "Failed", "Compensation Stuck"]);
const CANCELLABLE: ReadonlySet<Status> = new Set([
  "Pending",
  "Processing",
  "Payment Processed",
  "Inventory Reserved",
  "Shipping Prepared",
]);
/** What an order had reached before it went wrong, by what its timeline tells. */
const DONE_BY: Readonly<Record<string, number>> = {
  "payment.processed": 2,
  "inventory.reserved": 3,
  "shipping.prepared": 4,
};

/** Return each stage of an order and how it stands; of one that went wrong, where it did. */
export function stagesOf(order: Pick<Order, "status" | "timeline">): [Stage, StageState][] {
  const isWrong = ENDINGS.has(order.status);
  const done = isWrong ? doneBefore(order.timeline) : (REACHED[order.status] ?? 1);
  return STAGES.map((stage, index) => {
    if (index < done) return [stage, "done"];
    if (index > done) return [stage, "open"];
    return [stage, isWrong ? "failed" : "waiting"];
  });
}

function doneBefore(timeline: readonly Happening[]): number {
  return Math.max(1, ...timeline.map(({ type }) => DONE_BY[type] ?? 1));
}

export function mayCancel({ status }: Pick<Order, "status">): boolean {
  return CANCELLABLE.has(status);
}

/** Whether nothing more will happen to an order. */
export function hasEnded({ status, outcome, fulfilmentStatus }: Order): boolean {
  if (status === "Delivered") return fulfilmentStatus === "delivered";
  return (status === "Cancelled" && outcome === "cancelled") || (status === "Failed" && outcome === "failed");
}

/** Whether it ended without the goods, so that one may want to order them again. */
export function isOver({ status }: Pick<Order, "status">): boolean {
  return status === "Cancelled" || status === "Failed";
}
