import { queryOptions } from "@tanstack/react-query";
import { api, read, type Schema } from "../api/client";
import { newestOf } from "./told";

export type Order = Schema["Order"];
export type Status = Schema["OrderStatus"];
export type Happening = Schema["Happening"];

export const PAGE_SIZE = 20;

export function orderQuery(order_id: string) {
  return queryOptions({
    queryKey: ["orders", order_id],
    queryFn: (): Promise<Order> => read(api.GET("/bff/orders/{order_id}", { params: { path: { order_id } } })),
    structuralSharing: (known, came) => newestOf(known as Order | undefined, came as Order),
  });
}

/** One page of a person's orders, the newest first; pages are counted from 1. */
export function ordersQuery(page: number) {
  const query = { limit: PAGE_SIZE, skip: (page - 1) * PAGE_SIZE };
  return queryOptions({
    queryKey: ["orders", "list", page],
    queryFn: () => read(api.GET("/bff/orders", { params: { query } })),
  });
}
