import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, read } from "../api/client";
import { type Filters, queryOf } from "./filters";

const SUGGESTED = 6;

/** One page of products, with the counts of what they can be narrowed to; the page before stays until it is there. */
export function productsQuery(filters: Filters) {
  const query = queryOf(filters);
  return queryOptions({
    queryKey: ["products", "list", query],
    queryFn: ({ signal }) => read(api.GET("/bff/products", { params: { query }, signal })),
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  });
}

/** The products that fit words best, while they are being typed. */
export function suggestionsQuery(q: string) {
  return queryOptions({
    queryKey: ["products", "suggestions", q],
    queryFn: ({ signal }) => read(api.GET("/bff/products", { params: { query: { q, limit: SUGGESTED } }, signal })),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
}
