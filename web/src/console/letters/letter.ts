import type { Schema } from "../../api/client";
import { consumerName } from "../../strings/console/consumers";
import { letters as words } from "../../strings/console/letters";

export type Letter = Schema["DeadLetterListed"];
export type Shown = Schema["DeadLetterShown"];
export type Counts = readonly Schema["ParkedNumber"][];
/** What is tried again together: a cause, at one consumer or at all. */
export type Cause = { cause: string; consumer?: string | undefined };

/** The cause of messages that only wait behind another; a list leaves them out. */
export const BEHIND = "behind_a_parked_message";

/** Add up what waits to be tried again, what waits for an operator, and what waits behind a message of its order. */
export function totalsOf(counts: Counts) {
  const totals = { waiting: 0, dead: 0, behind: 0 };
  for (const { cause, waiting, dead } of counts) {
    totals[cause === BEHIND ? "behind" : "waiting"] += waiting;
    totals.dead += dead;
  }
  return totals;
}

/** How many dead letters have a cause. */
export function deadOf(counts: Counts, { cause, consumer }: Cause): number {
  return totalsOf(counts.filter((each) => each.cause === cause && (!consumer || each.consumer === consumer))).dead;
}

/** Say what it is that could not be handled. */
export function whatItIs({ kind, consumer, position, view }: Letter): string {
  if (kind === "timer") return words.timer(consumerName(consumer));
  return kind === "document" ? words.document(view ?? "") : words.message(position ?? 0);
}

/** The names among `counts` to choose from, each with its words, and the one that is chosen. */
export function choicesOf(names: readonly string[], chosen: string | undefined, say = (name: string) => name) {
  const all = [...new Set(chosen ? [...names, chosen] : names)].filter((name) => name !== BEHIND).sort();
  return Object.fromEntries(all.map((name) => [name, say(name)]));
}

/** Whether nobody would try it again: an event without a place on Kafka. */
export function isUnroutable({ kind, topic }: Shown): boolean {
  return kind === "message" && topic === null;
}
