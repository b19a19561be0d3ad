import { useEffect, useState } from "react";
import { followStream } from "../../api/event-stream";
import type { LoggedEvent } from "./queries";

/** What the stream tells: the newest of the wanted events after one position and up to another, oldest first. */
export type Told = { items: readonly LoggedEvent[]; after: number; until: number; leftOut: boolean };

/** Events that were told while following, the newest first; `gap` is between what was shown and what was told last. */
export type Live = {
  events: readonly LoggedEvent[];
  until: number;
  gap: { after: number; until: number } | null;
  isCutOff: boolean;
};

const KEPT = 500;

/** Follow the log after a position; the browser itself connects again, from what it was told last. */
export function useLiveLog(wanted: Readonly<Record<string, string | readonly string[]>>, after: number): Live {
  const [live, setLive] = useState<Live>({ events: [], until: after, gap: null, isCutOff: false });
  const address = `/bff/admin/log/live?${queryOf(wanted)}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once begun, it goes on by itself
  useEffect(() => {
    let until = after;
    return followStream<Told>(() => `${address}&after=${until}`, "events", {
      onOpen: () => setLive((now) => ({ ...now, isCutOff: false })),
      onTold: (told) => {
        until = Math.max(until, told.until);
        setLive((now) => withTold(now, told));
      },
      onCut: () => setLive((now) => ({ ...now, isCutOff: true })),
    });
  }, [address]);
  return live;
}

/** Add what was told, once; of many events the newest are kept. */
export function withTold(live: Live, told: Told): Live {
  const known = new Set(live.events.map((event) => event.position));
  const fresh = told.items.filter((event) => !known.has(event.position)).toReversed();
  return {
    events: [...fresh, ...live.events].slice(0, KEPT),
    until: Math.max(live.until, told.until),
    gap: told.leftOut
      ? { after: live.gap?.after ?? told.after, until: told.items[0]?.position ?? told.until }
      : live.gap,
    isCutOff: false,
  };
}

function queryOf(wanted: Readonly<Record<string, string | readonly string[]>>): string {
  const pairs = Object.entries(wanted).flatMap(([name, value]) => [value].flat().map((each) => [name, String(each)]));
  return new URLSearchParams(pairs).toString();
}
