import { createContext, type ReactNode, useContext, useMemo } from "react";
import { useCart } from "./query";

const Pieces = createContext<ReadonlyMap<string, number>>(new Map());

/** Knows how many pieces of each product are in the cart, once for all cards of a page. */
export function PiecesInCart({ children }: { children: ReactNode }) {
  const items = useCart().data?.items;
  const pieces = useMemo(() => new Map(items?.map(({ productId, quantity }) => [productId, quantity])), [items]);
  return <Pieces value={pieces}>{children}</Pieces>;
}

/** How many pieces of a product are in the cart. */
export function usePiecesInCart(productId: string): number {
  return useContext(Pieces).get(productId) ?? 0;
}
