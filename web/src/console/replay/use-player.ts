import { useEffect, useReducer } from "react";
import { pauseBefore, type ReplayedEvent } from "./lines";

/** The longest pause between two events, in milliseconds. */
export const LONGEST_PAUSE = 2_000;

type State = { shown: number; isPlaying: boolean };
type Action = "play" | "pause" | "step" | "all" | "again" | "next";

/** Show events one after the other, as far apart as they were recorded, at so many times the speed. */
export function usePlayer(events: readonly ReplayedEvent[], speed: number): [State, (action: Action) => void] {
  const count = events.length;
  const [state, act] = useReducer((now: State, action: Action) => moved(now, action, count), {
    shown: Math.min(1, count),
    isPlaying: count > 1,
  });
  const { shown, isPlaying } = state;
  useEffect(() => {
    if (!isPlaying) return;
    const timer = setTimeout(() => act("next"), pauseBefore(events, shown, speed, LONGEST_PAUSE));
    return () => clearTimeout(timer);
  }, [events, shown, isPlaying, speed]);
  return [state, act];
}

function moved({ shown, isPlaying }: State, action: Action, count: number): State {
  switch (action) {
    case "play":
      return { shown: shown < count ? shown : Math.min(1, count), isPlaying: count > 1 };
    case "pause":
      return { shown, isPlaying: false };
    case "step":
      return { shown: Math.min(count, shown + 1), isPlaying: false };
    case "all":
      return { shown: count, isPlaying: false };
    case "again":
      return { shown: Math.min(1, count), isPlaying: count > 1 };
    case "next": {
      const next = Math.min(count, shown + 1);
      return { shown: next, isPlaying: isPlaying && next < count };
    }
  }
}
