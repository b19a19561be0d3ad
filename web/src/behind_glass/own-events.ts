import { useEffect, useState } from "react";
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

/** Milliseconds after which a connection that the server refused is tried again. */
const AGAIN_AFTER = 3_000;
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
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another owner, and each attempt, is a connection of its own
  useEffect(() => {
    if (key === undefined || key === "nobody") return;
    const source = new EventSource("/bff/dev/events");
    let timer: ReturnType<typeof setTimeout> | undefined;
    source.addEventListener("open", () => setFollowed((now) => ({ ...now, isCutOff: false })));
    source.addEventListener("events", ({ data }: MessageEvent<string>) => {
      const told = JSON.parse(data) as OwnEvent[];
      setFollowed(({ events }) => ({ events: withTold(events, told), isCutOff: false }));
    });
    source.addEventListener("error", () => {
      setFollowed((now) => ({ ...now, isCutOff: true }));
      if (source.readyState !== EventSource.CLOSED) return; // the browser connects again by itself
      timer = setTimeout(() => setAttempt((number) => number + 1), AGAIN_AFTER);
    });
    return () => {
      clearTimeout(timer);
      source.close();
    };
  }, [key, attempt]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another owner sees nothing of the one before
  useEffect(() => () => setFollowed(NOTHING), [key]);
  return followed;
}
