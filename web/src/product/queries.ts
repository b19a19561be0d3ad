import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, read } from "../api/client";
import type { ReviewView } from "./view";

const REVIEWS_PER_PAGE = 10;
const PARTS_AGAIN = 3_000;

/** A product's page in one answer; a part that does not answer is null, and named in `degraded`. */
export function productQuery(productId: string) {
  return queryOptions({
    queryKey: ["products", "detail", productId],
    queryFn: ({ signal }) =>
      read(api.GET("/bff/products/{product_id}", { params: { path: { product_id: productId } }, signal })),
    staleTime: 20_000,
    refetchInterval: ({ state }) => (state.data?.degraded.length ? PARTS_AGAIN : false),
  });
}

/** The reviews of a product, page after page. */
export function reviewsQuery(productId: string, { stars, sort }: ReviewView) {
  return infiniteQueryOptions({
    queryKey: ["reviews", productId, stars ?? 0, sort ?? "newest"],
    queryFn: ({ pageParam, signal }) => {
      const query = {
        limit: REVIEWS_PER_PAGE,
        ...(stars && { rating: stars }),
        ...(sort && { sort }),
        ...(pageParam && { cursor: pageParam }),
      };
      return read(
        api.GET("/bff/reviews/product/{product_id}", { params: { path: { product_id: productId }, query }, signal }),
      );
    },
    initialPageParam: "",
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
  });
}
