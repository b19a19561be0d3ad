import { useSyncExternalStore } from "react";

const listeners = new Set<() => void>();
let said = "";

/** Say something to who hears the page, where nothing else on it tells; the shell has the place for it. */
export function announce(words: string): void {
  said = said === words ? `${words}\u00a0` : words; // the same words again are new ones to a reader of the screen
  for (const listener of listeners) listener();
}

export function useAnnouncement(): string {
  return useSyncExternalStore(subscribe, () => said);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
