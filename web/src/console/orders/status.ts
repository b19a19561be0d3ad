import type { Schema } from "../../api/client";
import type { Tone } from "../parts/Status";

type OrderStatus = Schema["OrderStatus"];

const TONES: Readonly<Record<OrderStatus, Tone>> = {
  Pending: "waiting",
  Processing: "waiting",
  "Payment Processed": "waiting",
  "Inventory Reserved": "waiting",
  "Shipping Prepared": "waiting",
  Shipped: "done",
  Delivered: "done",
  Cancelling: "waiting",
  Cancelled: "plain",
  Failing: "failed",
  Failed: "failed",
  "Compensation Stuck": "failed",
};

export const STATUSES = Object.keys(TONES) as OrderStatus[];

export function toneOf(status: OrderStatus): Tone {
  return TONES[status];
}

/** Whether nothing more happens to an order by itself, or by anybody. */
export function isFinal(status: OrderStatus): boolean {
  return status === "Delivered" || status === "Cancelled" || status === "Failed";
}

export type OrderAction = "ship" | "deliver" | "cancel";

/** What an admin can do to an order with this status. */
export function actionsFor(status: OrderStatus): OrderAction[] {
  if (status === "Shipped") return ["deliver"];
  if (status === "Shipping Prepared") return ["ship", "cancel"];
  return ["Pending", "Processing", "Payment Processed", "Inventory Reserved"].includes(status) ? ["cancel"] : [];
}
