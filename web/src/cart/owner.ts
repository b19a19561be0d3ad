import { useSyncExternalStore } from "react";
import { useSession } from "../app/session";

/** Whose cart it is: the person's who is logged in, a guest's, or nobody's before the first thing is put into it. */
export type CartOwner = { kind: "person" } | { kind: "guest"; guestId: string } | { kind: "nobody" };

const KEY = "guest";
const listeners = new Set<() => void>();
let kept: string | null | undefined;

/** The guest that this browser is, as far as it remembers; the server's cookie says the same. */
export function guestId(): string | null {
  kept ??= readGuest();
  return kept;
}

/** Remember which guest this browser is; null after its cart was taken over, or ordered. */
export function keepGuest(id: string | null): void {
  kept = id;
  try {
    if (id === null) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, id);
  } catch {
    // where storage is forbidden, the cookie knows: the id is asked for again at the next change
  }
  for (const listener of listeners) listener();
}

/** Whose cart this browser shows; undefined while it is not known yet who is logged in. */
export function useCartOwner(): CartOwner | undefined {
  const session = useSession();
  const guest = useSyncExternalStore(subscribe, guestId);
  if (session === undefined) return undefined;
  if (session) return { kind: "person" };
  return guest ? { kind: "guest", guestId: guest } : { kind: "nobody" };
}

function readGuest(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function subscribe(listener: () => void): () => void {
  const onStorage = (event: StorageEvent) => {
    if (event.key !== KEY) return;
    kept = event.newValue;
    listener();
  };
  listeners.add(listener);
  addEventListener("storage", onStorage);
  return () => {
    listeners.delete(listener);
    removeEventListener("storage", onStorage);
  };
}
