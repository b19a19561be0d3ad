import { useInfiniteQuery } from "@tanstack/react-query";
import { places } from "../app/places";
import { QueryState } from "../app/QueryState";
import { ShopLink } from "../app/ShopLink";
import { useProductsById } from "../catalogue/by-id";
import { Button } from "../parts/Button";
import { Skeleton } from "../parts/Skeleton";
import { OwnReviewCard } from "../reviews/OwnReviewCard";
import { ownReviewsQuery } from "../reviews/requests";
import { reviews as words } from "../strings/reviews";
import { AccountPage, AccountPart } from "./AccountPage";
import css from "./AccountPage.module.css";
import { ProductName } from "./ProductName";
import { usePerson } from "./person";

/** All reviews of one's own, also those that the shop has hidden. */
export function OwnReviewsPage() {
  const person = usePerson();
  const query = useInfiniteQuery(ownReviewsQuery(person.userId));
  const products = useProductsById(query.data?.pages.flatMap(({ items }) => items.map((each) => each.productId)) ?? []);
  return (
    <AccountPage title={words.ownTitle}>
      <QueryState query={query} loading={<Skeleton shape="block" />}>
        {({ pages }) => {
          const written = pages.flatMap(({ items }) => items);
          if (written.length === 0) {
            return (
              <AccountPart title={words.ownNone}>
                <p className={css.soft}>{words.ownNoneNext}</p>
                <ShopLink to={places.orders}>{words.toOrders}</ShopLink>
              </AccountPart>
            );
          }
          return written.map((review) => (
            <OwnReviewCard
              key={review.productId}
              {...{ person, review }}
              head={<ProductName productId={review.productId} name={products.get(review.productId)?.name} />}
            />
          ));
        }}
      </QueryState>
      {query.hasNextPage && (
        <div>
          <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {words.more}
          </Button>
        </div>
      )}
    </AccountPage>
  );
}
