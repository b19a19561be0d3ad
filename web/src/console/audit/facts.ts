import type { AuditedEvent } from "./queries";

const IDS = new Set(["orderId", "userId", "customerId", "cartId", "productId"]);

/** What an event says, in a line: ids are in the event itself. */
export function factsText(facts: AuditedEvent["facts"]): string {
  return Object.entries(facts)
    .filter(([name]) => !IDS.has(name))
    .map(([, value]) => String(value))
    .join(", ");
}
