import { infiniteQueryOptions, type QueryClient, queryOptions } from "@tanstack/react-query";
import { api, read, type Schema } from "../api/client";

export type OwnReview = Schema["OwnReview"];
export type ReportReason = Schema["ReportReason"];

const PER_PAGE = 20;

/** One's own reviews, page after page, the newest first. */
export function ownReviewsQuery(userId: string) {
  return infiniteQueryOptions({
    queryKey: ["reviews", "own", userId],
    queryFn: ({ pageParam }) => askForOwn(userId, { limit: PER_PAGE, ...(pageParam && { cursor: pageParam }) }),
    initialPageParam: "",
    getNextPageParam: ({ next }) => next,
  });
}

/** One's own review of a product; null where there is none. */
export function ownReviewQuery(userId: string, productId: string) {
  return queryOptions({
    queryKey: ["reviews", "own", userId, productId],
    queryFn: () => findOwn(userId, productId),
    staleTime: 60_000,
  });
}

export function publish(body: Schema["NewReview"], key: string) {
  return read(api.POST("/bff/reviews", { body, headers: { "Idempotency-Key": key } }));
}

export function change(productId: string, body: Schema["ReviewChanges"]) {
  return read(api.PATCH("/bff/reviews/{product_id}", { params: { path: { product_id: productId } }, body }));
}

export function withdraw(productId: string) {
  return read(api.DELETE("/bff/reviews/{product_id}", { params: { path: { product_id: productId } } }));
}

export function report({ productId, reviewId }: Schema["Review"], reason: ReportReason) {
  const path = { product_id: productId, review_id: reviewId };
  return read(api.POST("/bff/reviews/{product_id}/{review_id}/report", { params: { path }, body: { reason } }));
}

/** After a review was written, changed or taken back: ask again for it, and for what counts it. */
export async function reviewsChanged(client: QueryClient): Promise<void> {
  await Promise.all([
    client.invalidateQueries({ queryKey: ["reviews"] }),
    client.invalidateQueries({ queryKey: ["products"] }),
  ]);
}

type Page = { items: OwnReview[]; next: string | null };

async function askForOwn(userId: string, query: { limit: number; cursor?: string }): Promise<Page> {
  const params = { path: { user_id: userId }, query };
  return (await read(api.GET("/bff/reviews/user/{user_id}", { params }))) as Page;
}

async function findOwn(userId: string, productId: string): Promise<OwnReview | null> {
  let cursor = "";
  do {
    const page = await askForOwn(userId, { limit: 100, ...(cursor && { cursor }) });
    const found = page.items.find((each) => each.productId === productId);
    if (found) return found;
    cursor = page.next ?? "";
  } while (cursor);
  return null;
}
