import { Children, type ReactNode } from "react";
import { Skeleton } from "../parts/Skeleton";
import css from "./ProductGrid.module.css";

/** Cards of products beside one another. */
export function ProductGrid({ children }: { children: ReactNode }) {
  return <ul className={css.grid}>{Children.map(children, (card) => card && <li>{card}</li>)}</ul>;
}

/** The place of cards that are still to come. */
export function ProductGridSkeleton({ count }: { count: number }) {
  return (
    <div className={css.grid}>
      {Array.from({ length: count }, (_, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: places are all alike
        <div key={place} className={css.place}>
          <Skeleton shape="picture" />
          <Skeleton />
          <Skeleton />
        </div>
      ))}
    </div>
  );
}
