/** The last request of this page that may have changed something, and the correlation id of all that it led to. */
export type LastChange = { method: string; path: string; correlationId: string; isAccepted: boolean };

/** Posts that ask, or that only renew what the browser keeps: nobody clicks on them. */
const NO_CHANGES = new Set(["/bff/quotes", "/bff/auth/refresh", "/bff/guest/cart"]);
const listeners = new Set<() => void>();
let last: LastChange | null = null;

/** The last change that the server has answered; only the newest is kept, and only while the page is open. */
export function lastChange(): LastChange | null {
  return last;
}

/** Remember a change once it is answered; the server names the correlation id, also where it refuses. */
export function noteChange(method: string, path: string, response: Response): void {
  const correlationId = response.headers.get("X-Correlation-ID");
  if (!correlationId || (method === "POST" && NO_CHANGES.has(path))) return;
  last = { method, path, correlationId, isAccepted: response.ok };
  for (const listener of listeners) listener();
}

/** Be told of the next changes; for `useSyncExternalStore`. */
export function subscribeToChanges(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
