import { Skeleton } from "../parts/Skeleton";
import css from "./ProductPage.module.css";

/** The place of a product that is still to come. */
export function ProductSkeleton() {
  return (
    <div className={css.product}>
      <Skeleton shape="picture" />
      <div className={css.words}>
        <Skeleton shape="title" />
        <Skeleton />
        <Skeleton shape="block" />
        <Skeleton shape="button" />
      </div>
    </div>
  );
}
