import type { OwnEvent } from "./own-events";

/** What one click led to: all events of one correlation id, in the order of the log. */
export type Click = { correlationId: string; events: readonly OwnEvent[] };

/** Gather events by the click that led to them; the click that was recorded last comes first. */
export function clicksOf(events: readonly OwnEvent[]): Click[] {
  const clicks = new Map<string, OwnEvent[]>();
  for (const event of events) {
    const known = clicks.get(event.correlationId);
    if (known) known.push(event);
    else clicks.set(event.correlationId, [event]);
  }
  return [...clicks].map(([correlationId, of]) => ({ correlationId, events: of })).reverse();
}

/** The longest time that a view took to show any of these events, in milliseconds; at least 1. */
export function longestOf(events: readonly OwnEvent[]): number {
  return Math.max(1, ...events.flatMap(({ views }) => views.map(({ after }) => after ?? 0)));
}

/** Milliseconds from the first of some events until this one. */
export function sinceFirst(event: OwnEvent, events: readonly OwnEvent[]): number {
  const [first] = events;
  return first ? Date.parse(event.recordedAt) - Date.parse(first.recordedAt) : 0;
}
