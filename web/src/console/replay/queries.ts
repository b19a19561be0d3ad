import { queryOptions } from "@tanstack/react-query";
import { api, read } from "../../api/client";
import { eventFilters } from "../events/queries";
import type { Filters } from "../parts/filters";
import { readReplay } from "./lines";

const AT_ONCE = 1_000;

/** The events after a position that the filters choose, as far as one answer goes. */
export function replayQuery(filters: Filters) {
  const query = { ...eventFilters(filters), after: positionOf(filters.after), limit: AT_ONCE };
  return queryOptions({
    queryKey: ["console", "replay", query],
    queryFn: async () =>
      readReplay(await read(api.GET("/bff/analytics/replay", { params: { query }, parseAs: "text" }))),
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  });
}

function positionOf(said: string | undefined): number {
  const position = Number(said);
  return Number.isSafeInteger(position) && position > 0 ? position : 0;
}
