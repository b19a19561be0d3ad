import type { Schema } from "../api/client";
import { places } from "../app/places";
import { ShopLink } from "../app/ShopLink";
import { Hidden } from "../parts/Hidden";
import { Stars } from "../parts/Stars";
import { product as words } from "../strings/product";
import css from "./Histogram.module.css";
import type { ReviewView } from "./view";

type Props = { productId: string; summary: Schema["Summary"]; view: ReviewView };

/** How many gave how many stars; each row leads to those reviews alone. */
export function Histogram({ productId, summary: { average, count, histogram }, view }: Props) {
  const to = `${places.products}/${encodeURIComponent(productId)}`;
  const { stars: chosen, ...rest } = view;
  return (
    <div className={css.histogram}>
      {average !== null && (
        <p className={css.sum}>
          <Stars average={average} />
          {words.reviews.of(average, count)}
        </p>
      )}
      <ul>
        {[5, 4, 3, 2, 1].map((stars) => {
          const given = histogram[stars - 1] ?? 0;
          const isOn = chosen === stars;
          return (
            <li key={stars}>
              <ShopLink
                to={to}
                search={isOn ? rest : { ...rest, stars }}
                resetScroll={false}
                className={css.row}
                aria-current={isOn ? "true" : undefined}
              >
                <Hidden>{words.reviews.row(stars, given)}</Hidden>
                <span className={css.stars} aria-hidden="true">
                  {stars} ★
                </span>
                <svg className={css.bar} viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                  <rect width="100" height="8" className={css.ground} />
                  <rect width={count === 0 ? 0 : (100 * given) / count} height="8" className={css.share} />
                </svg>
                <span className={css.count} aria-hidden="true">
                  {given.toLocaleString("en")}
                </span>
              </ShopLink>
            </li>
          );
        })}
      </ul>
      {chosen && (
        <ShopLink to={to} search={rest} resetScroll={false}>
          {words.reviews.all}
        </ShopLink>
      )}
    </div>
  );
}
