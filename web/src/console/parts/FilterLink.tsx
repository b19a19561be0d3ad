import { useLocation, useRouter } from "@tanstack/react-router";
import type { AnchorHTMLAttributes, MouseEvent } from "react";
import { type FilterChanges, withFilters } from "./filters";

type Props = Omit<AnchorHTMLAttributes<HTMLAnchorElement>, "href"> & { changes: FilterChanges };

/** A link to the same page with other filters, or with another row open; the page does not jump. */
export function FilterLink({ changes, ...rest }: Props) {
  const router = useRouter();
  const { pathname, searchStr } = useLocation();
  const href = pathname + withFilters(searchStr, changes);
  const follow = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    void router.navigate({ href, resetScroll: false });
  };
  return <a {...rest} href={href} onClick={follow} />;
}
