import { useQuery } from "@tanstack/react-query";
import { api, read, type Schema } from "../api/client";

export type Products = ReadonlyMap<string, Schema["Product"]>;

const ASKED_AT_ONCE = 100;

/** Products by their ids; also those that are not sold any more. */
export function useProductsById(ids: readonly string[]): Products {
  const asked = [...new Set(ids)].slice(0, ASKED_AT_ONCE).join(",");
  const query = useQuery({
    queryKey: ["products", "by-id", asked],
    queryFn: async () => (await read(api.GET("/bff/products/-by-id", { params: { query: { ids: asked } } }))).items,
    enabled: asked !== "",
    staleTime: 60_000,
  });
  return new Map(query.data?.map((product) => [product.productId, product]));
}
