import type { ReactNode } from "react";
import type { Schema } from "../api/client";
import { places } from "../app/places";
import { ShopLink } from "../app/ShopLink";
import { Money } from "../parts/Money";
import { Picture } from "../parts/Picture";
import { Stars } from "../parts/Stars";
import { catalogue } from "../strings/catalogue";
import css from "./ProductCard.module.css";

type Props = {
  product: Schema["Product"];
  /** Why it stands here, as "42 bought today". */
  why?: ReactNode;
  /** What can be done with it. */
  action?: ReactNode;
  /** It is in the first screen. */
  first?: boolean;
  level?: 2 | 3;
};

/** A product in a list; the whole card leads to its page. */
export function ProductCard({ product, why, action, first = false, level = 3 }: Props) {
  const Name = level === 2 ? "h2" : "h3";
  return (
    <article className={css.card}>
      <Picture src={product.picture} department={product.department} first={first} />
      <div className={css.words}>
        <Name className={css.name}>
          <ShopLink to={`${places.products}/${encodeURIComponent(product.productId)}`} className={css.link}>
            {product.name}
          </ShopLink>
        </Name>
        <p className={css.soft}>{product.brand ?? product.category}</p>
        {product.rating.count > 0 && <Stars average={product.rating.average} count={product.rating.count} />}
        {why && <p className={css.why}>{why}</p>}
      </div>
      <div className={css.foot}>
        <span>
          <Money of={product.price} strong />
          {!product.inStock && <span className={css.out}>{catalogue.soldOut}</span>}
        </span>
        {action}
      </div>
    </article>
  );
}
