import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, read, type Schema } from "../../api/client";
import { type Filters, pageOf } from "../parts/filters";
import { PAGE_SIZE } from "../parts/Paged";
import { isFinal } from "./status";

export const ORDERS = ["console", "orders"];
/** Milliseconds after which an order that still moves is asked for again. */
const MOVES = 3_000;

export function ordersQuery(filters: Filters) {
  return queryOptions({
    queryKey: [...ORDERS, "list", wanted(filters)],
    queryFn: () => read(api.GET("/bff/admin/orders", { params: { query: wanted(filters) } })),
    placeholderData: keepPreviousData,
    refetchInterval: MOVES,
  });
}

export function orderQuery(orderId: string) {
  return queryOptions({
    queryKey: [...ORDERS, "one", orderId],
    queryFn: () => read(api.GET("/bff/admin/orders/{order_id}", { params: { path: { order_id: orderId } } })),
    refetchInterval: ({ state }) => (state.data && isFinal(state.data.status) ? false : MOVES),
  });
}

/** Return what is asked of the server for these filters. */
export function wanted({ number, customer, status, from, to, page }: Filters) {
  return {
    limit: PAGE_SIZE,
    skip: (pageOf({ page }) - 1) * PAGE_SIZE,
    ...(number && { number: number.toUpperCase() }),
    ...(customer && (customer.includes("@") ? { email: customer } : { customerId: customer })),
    ...(status && { status: status as Schema["OrderStatus"] }),
    ...(from && { from: midnight(from, 0) }),
    ...(to && { to: midnight(to, 1) }),
  };
}

/** The beginning of a day, or of one some days after it, where the browser is. */
function midnight(day: string, later: number): string {
  const at = new Date(`${day}T00:00:00`);
  at.setDate(at.getDate() + later);
  return at.toISOString();
}
