import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, read, type Schema } from "../../api/client";
import { type Filters, pageOf } from "../parts/filters";
import { PAGE_SIZE } from "../parts/Paged";

export const PRODUCTS = ["console", "products"];
/** Milliseconds after which a list is asked for again: others change it too. */
const MOVES = 5_000;

/** Products for sale that have some words, or all of them by id. */
export function productsQuery({ words, forSale, page }: Filters) {
  const part = { limit: PAGE_SIZE, skip: (pageOf({ page }) - 1) * PAGE_SIZE };
  return queryOptions({
    queryKey: [...PRODUCTS, "list", words, forSale, part],
    queryFn: (): Promise<{ items: Schema["Product"][]; total: number }> =>
      words ? searched(words, part) : listed(forSale, part),
    placeholderData: keepPreviousData,
    refetchInterval: MOVES,
  });
}

export function productQuery(productId: string) {
  return queryOptions({
    queryKey: [...PRODUCTS, "one", productId],
    queryFn: () => read(api.GET("/bff/admin/products/{product_id}", { params: { path: { product_id: productId } } })),
  });
}

type Part = { limit: number; skip: number };

function searched(words: string, part: Part) {
  return read(api.GET("/bff/products", { params: { query: { ...part, q: words } }, cache: "no-store" }));
}

function listed(forSale: string | undefined, part: Part) {
  const query = { ...part, ...(forSale && { forSale: forSale === "true" }) };
  return read(api.GET("/bff/admin/products", { params: { query } }));
}
