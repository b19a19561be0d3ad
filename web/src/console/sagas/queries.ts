import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, read } from "../../api/client";
import { type Filters, pageOf } from "../parts/filters";
import { PAGE_SIZE } from "../parts/Paged";
import type { State, Step } from "./saga";

export const SAGAS = ["console", "sagas"];
/** Milliseconds after which sagas are asked for again. */
const MOVES = 2_000;

export function sagasQuery(filters: Filters) {
  return queryOptions({
    queryKey: [...SAGAS, "list", wanted(filters)],
    queryFn: () => read(api.GET("/bff/admin/sagas", { params: { query: wanted(filters) } })),
    placeholderData: keepPreviousData,
    refetchInterval: MOVES,
  });
}

export function sagaQuery(orderId: string) {
  return queryOptions({
    queryKey: [...SAGAS, "one", orderId],
    queryFn: () => read(api.GET("/bff/admin/sagas/{order_id}", { params: { path: { order_id: orderId } } })),
    refetchInterval: MOVES,
  });
}

/** Return what is asked of the server for these filters. */
export function wanted({ state, step, staleFor, page }: Filters) {
  return {
    limit: PAGE_SIZE,
    skip: (pageOf({ page }) - 1) * PAGE_SIZE,
    ...(state && { state: state as State }),
    ...(step && { step: step as Step }),
    ...(staleFor && { staleFor: Number(staleFor) }),
  };
}
