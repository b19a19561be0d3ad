import { queryOptions } from "@tanstack/react-query";
import { api, read } from "../../api/client";
import { SAGAS } from "../sagas/queries";

/** Milliseconds after which what there is about an order is asked for again. */
const MOVES = 2_000;
/** Events of one order that are shown; few orders have as many. */
const SHOWN = 100;

/** The events of an order, the oldest first. */
export function orderLogQuery(order: string) {
  return queryOptions({
    queryKey: [...SAGAS, "log", order],
    queryFn: () =>
      read(api.GET("/bff/admin/log/events", { params: { query: { order, sort: "oldest", limit: SHOWN } } })),
    refetchInterval: MOVES,
  });
}

/** Its timers, its parked messages and its documents. */
export function orderRecordsQuery(orderId: string) {
  return queryOptions({
    queryKey: [...SAGAS, "records", orderId],
    queryFn: () => read(api.GET("/bff/admin/sagas/{order_id}/records", { params: { path: { order_id: orderId } } })),
    refetchInterval: MOVES,
  });
}
