import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, read, type Schema } from "../api/client";
import type { Cart } from "./query";

export type Quote = Schema["Quoted"];
export type Destination = Schema["Destination"];

/** What the lines of a cart that are for sale would cost; without a destination the tax is not known. */
export function quoteQuery(cart: Cart | null, destination?: Destination) {
  const items = (cart?.items ?? [])
    .filter((line) => line.forSale)
    .map(({ productId, quantity }) => ({ productId, quantity }));
  // the prices are part of the key: another price of a line is another quote
  const prices = cart?.items.map((line) => line.unitPrice.amount);
  return queryOptions({
    queryKey: ["quotes", items, prices, destination ?? null],
    queryFn: () => read(api.POST("/bff/quotes", { body: { items, ...(destination && { destination }) } })),
    enabled: items.length > 0,
    placeholderData: keepPreviousData,
  });
}

/** A fraction such as "0.0725" as people write it: "7.25 %". */
export function percentOf(rate: string): string {
  return `${Number((Number(rate) * 100).toFixed(4))} %`;
}
