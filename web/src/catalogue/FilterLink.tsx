import type { AnchorHTMLAttributes, ReactNode } from "react";
import { places } from "../app/places";
import { ShopLink } from "../app/ShopLink";
import { changeFilters, type Filters } from "./filters";

type Props = Omit<AnchorHTMLAttributes<HTMLAnchorElement>, "href"> & {
  filters: Filters;
  change: Filters;
  /** Begin at the top of the list; else what is looked at stays where it is. */
  toTop?: boolean;
  children: ReactNode;
};

/** A link to the same list with some filters changed: it has an address, and the browser goes back from it. */
export function FilterLink({ filters, change, toTop = false, ...rest }: Props) {
  return (
    <ShopLink
      to={places.products}
      search={changeFilters(filters, change) as Record<string, string | number>}
      resetScroll={toTop}
      {...rest}
    />
  );
}
