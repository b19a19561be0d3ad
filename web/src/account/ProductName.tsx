import { places } from "../app/places";
import { ShopLink } from "../app/ShopLink";
import { reviews } from "../strings/reviews";

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
