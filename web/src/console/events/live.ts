import { useEffect, useState } from "react";
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
/** Milliseconds after which a connection that the server refused is tried again. */
const AGAIN_AFTER = 3_000;

/** Follow the log after a position; the browser itself connects again, from what it was told last. */
export function useLiveLog(wanted: Readonly<Record<string, string | readonly string[]>>, after: number): Live {
  const [live, setLive] = useState<Live>({ events: [], until: after, gap: null, isCutOff: false });
  const [attempt, setAttempt] = useState(0);
  const address = `/bff/admin/log/live?${queryOf(wanted)}`;
  const from = attempt === 0 ? after : live.until;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each attempt is a connection, which goes on by itself
  useEffect(() => {
    const source = new EventSource(`${address}&after=${from}`);
    let timer: ReturnType<typeof setTimeout> | undefined;
    source.addEventListener("open", () => setLive((now) => ({ ...now, isCutOff: false })));
    source.addEventListener("events", ({ data }: MessageEvent<string>) => {
      setLive((now) => withTold(now, JSON.parse(data) as Told));
    });
    source.addEventListener("error", () => {
      setLive((now) => ({ ...now, isCutOff: true }));
      if (source.readyState === EventSource.CLOSED) timer = setTimeout(() => setAttempt((n) => n + 1), AGAIN_AFTER);
    });
    return () => {
      clearTimeout(timer);
      source.close();
    };
  }, [address, attempt]);
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
