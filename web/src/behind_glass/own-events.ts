import { useEffect, useState } from "react";
import { followStream } from "../api/event-stream";
import { useCartOwner } from "../cart/owner";

/** Since when a view shows an event: `after` milliseconds, null while it does not, or where nobody knows any more. */
export type Shown = { view: string; isShown: boolean; after: number | null };

/** An event that this browser's person caused, without its data. */
export type OwnEvent = {
  position: number;
  type: string;
  stream: string;
  version: number;
  recordedAt: string;
  correlationId: string;
  cause: { position: number; type: string } | null;
  views: readonly Shown[];
};

export type Followed = { events: readonly OwnEvent[]; isCutOff: boolean };

const KEPT = 200;
const NOTHING: Followed = { events: [], isCutOff: false };

/** Add what was told to what is known, in the order of the log; what is told again replaces what was known. */
export function withTold(known: readonly OwnEvent[], told: readonly OwnEvent[]): OwnEvent[] {
  const byPosition = new Map([...known, ...told].map((event) => [event.position, event]));
  return [...byPosition.values()].sort((one, other) => one.position - other.position).slice(-KEPT);
}

/** Follow the events of who is there, a person or a guest; those of who was there before are forgotten. */
export function useOwnEvents(): Followed {
  const owner = useCartOwner();
  const key = owner?.kind === "guest" ? owner.guestId : owner?.kind;
  const [followed, setFollowed] = useState(NOTHING);
  useEffect(() => {
    if (key === undefined || key === "nobody") return;
    return followStream<OwnEvent[]>(() => "/bff/dev/events", "events", {
      onOpen: () => setFollowed((now) => ({ ...now, isCutOff: false })),
      onTold: (told) => setFollowed(({ events }) => ({ events: withTold(events, told), isCutOff: false })),
      onCut: () => setFollowed((now) => ({ ...now, isCutOff: true })),
    });
  }, [key]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another owner sees nothing of the one before
  useEffect(() => () => setFollowed(NOTHING), [key]);
  return followed;
}
