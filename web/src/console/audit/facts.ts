import type { AuditedEvent } from "./queries";

const ID = /[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-/i;
const TIME = /^\d{4}-\d\d-\d\dT/;

/** What an event says, in a line; ids and times are in the event itself. */
export function factsText(facts: AuditedEvent["facts"]): string {
  return Object.values(facts)
    .map(String)
    .filter((value) => !ID.test(value) && !TIME.test(value))
    .join(", ");
}
