import { queryOptions } from "@tanstack/react-query";
import { api, read } from "../api/client";

export const TRENDING_SHOWN = 8;

export const trendingQuery = queryOptions({
  queryKey: ["products", "trending", TRENDING_SHOWN],
  queryFn: () => read(api.GET("/bff/products/trending", { params: { query: { limit: TRENDING_SHOWN } } })),
  staleTime: 30_000,
});

export const newestQuery = queryOptions({
  queryKey: ["products", "newest", TRENDING_SHOWN],
  queryFn: () => read(api.GET("/bff/products", { params: { query: { sort: "newest", limit: TRENDING_SHOWN } } })),
  staleTime: 30_000,
});

export const lastOrderQuery = queryOptions({
  queryKey: ["orders", "last"],
  queryFn: async () => (await read(api.GET("/bff/orders", { params: { query: { limit: 1 } } }))).items[0] ?? null,
});

export function togetherQuery(productId: string) {
  return queryOptions({
    queryKey: ["products", productId, "bought-together"],
    queryFn: () =>
      read(api.GET("/bff/products/{product_id}/bought-together", { params: { path: { product_id: productId } } })),
    staleTime: 60_000,
  });
}
