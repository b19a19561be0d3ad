import { useCallback, useState } from "react";

const PREFIX = "draft ";

/**
 * The state of a form that outlives a reload, a log-in and an error: kept in this tab until `forget` is called, when
 * what was typed has been sent. Never for passwords.
 */
export function useDraft<T>(name: string, initial: T): [T, (value: T) => void, () => void] {
  const [value, setValue] = useState<T>(() => readDraft(name) ?? initial);
  const keep = useCallback(
    (next: T) => {
      setValue(next);
      writeDraft(name, next);
    },
    [name],
  );
  const forget = useCallback(() => writeDraft(name, undefined), [name]);
  return [value, keep, forget];
}

/** Whether something was typed into a form and not sent: it is to be open again. */
export function hasDraft(name: string): boolean {
  return readDraft(name) !== undefined;
}

/** Read what was kept under a name. */
export function readDraft<T>(name: string): T | undefined {
  try {
    const kept = sessionStorage.getItem(PREFIX + name);
    return kept === null ? undefined : (JSON.parse(kept) as T);
  } catch {
    return undefined; // storage is forbidden, or another version wrote it
  }
}

/** Keep something under a name, in this tab. */
export function writeDraft(name: string, value: unknown): void {
  try {
    if (value === undefined) sessionStorage.removeItem(PREFIX + name);
    else sessionStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // storage is forbidden or full: the draft lasts as long as the page
  }
}

/** Forget what was kept under a name: it has been sent. */
export function forgetDraft(name: string): void {
  writeDraft(name, undefined);
}

/** Forget what was typed into any form and not sent: its person has left. */
export function forgetDrafts(): void {
  try {
    const names = Object.keys(sessionStorage).filter((name) => name.startsWith(PREFIX));
    for (const name of names) sessionStorage.removeItem(name);
  } catch {
    // storage is forbidden: nothing was kept
  }
}
