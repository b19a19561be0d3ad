import { useRef } from "react";

type Kept = { body: string; key: string };

/**
 * The `Idempotency-Key` of something that is sent once: the same for the same body, however often it is tried, and a
 * new one for another body. Send it as `headers: { "Idempotency-Key": keyOf(body) }`.
 */
export function useIdempotencyKey(): (body: unknown) => string {
  const kept = useRef<Kept | null>(null);
  return (body) => {
    kept.current = keyFor(JSON.stringify(body), kept.current);
    return kept.current.key;
  };
}

/** Return the key kept for this body, or a new one. */
export function keyFor(body: string, kept: Kept | null): Kept {
  return kept?.body === body ? kept : { body, key: crypto.randomUUID() };
}
