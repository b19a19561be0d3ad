import { useLocation, useRouter } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";

/** What a list is narrowed to, and which of its rows is open: all of it stands in the address bar. */
export type Filters = Readonly<Partial<Record<string, string>>>;

/** New values of some filters; null removes one. */
export type FilterChanges = Readonly<Record<string, string | null>>;

/** Read the filters of an address. */
export function readFilters(search: string): Filters {
  return Object.fromEntries(new URLSearchParams(search));
}

/** Return the query of an address with other filters: "" or "?…". */
export function withFilters(search: string, changes: FilterChanges): string {
  const query = new URLSearchParams(search);
  for (const [name, value] of Object.entries(changes)) {
    if (value) query.set(name, value);
    else query.delete(name);
  }
  return query.size > 0 ? `?${query}` : "";
}

/** The number of the page that a list is at, from 1. */
export function pageOf(filters: Filters): number {
  const page = Number(filters.page ?? 1);
  return Number.isSafeInteger(page) && page > 0 ? page : 1;
}

/** The filters of the address bar, and a way to change some of them: each change is a step back and forward. */
export function useFilters(): [Filters, (changes: FilterChanges) => void] {
  const router = useRouter();
  const { pathname, searchStr } = useLocation();
  const filters = useMemo(() => readFilters(searchStr), [searchStr]);
  const change = useCallback(
    (changes: FilterChanges) => {
      void router.navigate({ href: pathname + withFilters(searchStr, changes), resetScroll: false });
    },
    [router, pathname, searchStr],
  );
  return [filters, change];
}
