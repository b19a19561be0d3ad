import { useQuery } from "@tanstack/react-query";
import { api, read } from "../api/client";
import { places } from "../app/places";
import { ShopLink } from "../app/ShopLink";
import { reviews } from "../strings/reviews";

const ASKED_AT_ONCE = 100;

/** The names of products by their ids; also of those that are not sold any more. */
export function useProductNames(ids: readonly string[]): ReadonlyMap<string, string> {
  const asked = [...new Set(ids)].slice(0, ASKED_AT_ONCE).join(",");
  const query = useQuery({
    queryKey: ["products", "names", asked],
    queryFn: async () => (await read(api.GET("/bff/products/-by-id", { params: { query: { ids: asked } } }))).items,
    enabled: asked !== "",
    staleTime: 60_000,
  });
  return new Map(query.data?.map(({ productId, name }) => [productId, name]));
}

/** The name of a product, which leads to its page; until it is known, its number. */
export function ProductName({ productId, name }: { productId: string; name: string | undefined }) {
  return (
    <h2>
      <ShopLink to={`${places.products}/${encodeURIComponent(productId)}`}>
        {name ?? reviews.product(productId)}
      </ShopLink>
    </h2>
  );
}
