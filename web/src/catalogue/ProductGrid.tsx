import { Children, type ReactNode } from "react";
import { classes } from "../parts/classes";
import { Skeleton } from "../parts/Skeleton";
import css from "./ProductGrid.module.css";

/** Cards of products beside one another. */
export function ProductGrid({ children, large = false }: { children: ReactNode; large?: boolean }) {
  return (
    <ul className={classes(css.grid, large && css.large)}>
      {Children.map(children, (card) => card && <li>{card}</li>)}
    </ul>
  );
}

/** The place of cards that are still to come. */
export function ProductGridSkeleton({ count, large = false }: { count: number; large?: boolean }) {
  return (
    <div className={classes(css.grid, large && css.large)}>
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
