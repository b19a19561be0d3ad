import { useInfiniteQuery } from "@tanstack/react-query";
import type { Schema } from "../api/client";
import { PartError } from "../app/errors";
import { Button } from "../parts/Button";
import { Loading, Skeleton } from "../parts/Skeleton";
import { YourReview } from "../reviews/YourReview";
import { product as words } from "../strings/product";
import { Histogram } from "./Histogram";
import page from "./ProductPage.module.css";
import { reviewsQuery } from "./queries";
import { Review } from "./Review";
import { ReviewSortChoice } from "./ReviewSortChoice";
import css from "./Reviews.module.css";
import { productRoute } from "./route";

/** What those who bought it say: the sum of it, and each of them, by stars and in an order of choice. */
export function Reviews({ product }: { product: Schema["ProductDetail"] }) {
  const view = productRoute.useLoaderDeps();
  const query = useInfiniteQuery(reviewsQuery(product.productId, view));
  const summary = query.data?.pages[0]?.summary ?? product.reviews?.summary ?? product.rating;
  const reviews = query.data?.pages.flatMap(({ items }) => items);
  return (
    <section id="reviews" className={page.section} aria-labelledby="reviews-title">
      <h2 id="reviews-title">{words.reviews.title}</h2>
      <YourReview productId={product.productId} />
      {summary.count === 0 && !query.isError ? (
        <p>{words.reviews.none}</p>
      ) : (
        <div className={css.columns}>
          <Histogram productId={product.productId} summary={summary} view={view} />
          <div className={css.list}>
            <ReviewSortChoice productId={product.productId} view={view} />
            {query.isError && !reviews && <PartError error={query.error} onRetry={() => void query.refetch()} />}
            {query.isPending && <Placeholder />}
            {reviews?.length === 0 && <p>{words.reviews.noneSo}</p>}
            <ol>
              {reviews?.map((review) => (
                <Review key={review.reviewId} review={review} />
              ))}
            </ol>
            {query.hasNextPage && (
              <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                {words.reviews.more}
              </Button>
            )}
          </div>
        </div>
      )}
    </section>
  );
}

function Placeholder() {
  return (
    <Loading>
      <Skeleton shape="block" />
    </Loading>
  );
}
