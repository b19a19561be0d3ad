import { Link, type LinkProps } from "@tanstack/react-router";
import type { AnchorHTMLAttributes } from "react";

type Props = Omit<AnchorHTMLAttributes<HTMLAnchorElement>, "href"> & {
  to: string;
  search?: Readonly<Record<string, string | number | boolean>>;
  replace?: boolean;
  resetScroll?: boolean;
  activeOptions?: LinkProps["activeOptions"];
};

/** A link to a page of the shop by its path, as `places` has it: its folder need not be known here. */
export function ShopLink(props: Props) {
  return <Link {...(props as LinkProps)} />;
}
