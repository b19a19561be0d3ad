import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, read, type Schema } from "../../api/client";
import { Problem } from "../../api/problems";
import type { Filters } from "../parts/filters";
import type { Cause } from "./letter";

export const LETTERS = ["console", "letters"];
/** Milliseconds after which what is parked is asked for again. */
const MOVES = 2_000;
const PAGE_SIZE = 25;

export function lettersQuery(filters: Filters, limit = PAGE_SIZE) {
  const wanted = letterFilters(filters);
  return infiniteQueryOptions({
    queryKey: [...LETTERS, "list", wanted, limit],
    queryFn: ({ pageParam }) => {
      const query = { ...wanted, limit, ...(pageParam && { cursor: pageParam }) };
      return read(api.GET("/bff/admin/dead-letters", { params: { query } }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
    refetchInterval: MOVES,
  });
}

export function letterQuery(id: string) {
  return queryOptions({
    queryKey: [...LETTERS, "one", id],
    queryFn: () => read(api.GET("/bff/admin/dead-letters/{letter_id}", { params: { path: { letter_id: id } } })),
    refetchInterval: ({ state }) => (isGone(state.error) ? false : MOVES),
  });
}

/** Whether there is none any more: it was handled, or given up. */
export function isGone(error: Error | null): boolean {
  return error instanceof Problem && error.status === 404;
}

/** Return what is asked of the server for these filters. */
export function letterFilters({ state, kind, consumer, cause }: Filters) {
  return {
    ...(state && { state: state as "waiting" | "dead" }),
    ...(kind && { kind: kind as Schema["LetterKind"] }),
    ...(consumer && { consumer }),
    ...(cause && { cause }),
  };
}

/** Have all dead letters of a cause tried again, a hundred at a time; `onAsked` is told how many it were so far. */
export async function replayCause({ cause, consumer }: Cause, reason: string, onAsked: (decided: number) => void) {
  let decided = 0;
  let cursor: string | null = null;
  do {
    const body: Schema["CauseDecision"] = { cause, reason, ...(consumer && { consumer }), ...(cursor && { cursor }) };
    const answer: Schema["CauseDecided"] = await read(api.POST("/bff/admin/dead-letters/replay-cause", { body }));
    decided += answer.decided;
    cursor = answer.next;
    onAsked(decided);
  } while (cursor);
  return decided;
}
