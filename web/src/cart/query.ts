import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, read, type Schema } from "../api/client";
import { askedQuery } from "./asked";
import { foldCart } from "./changes";
import { type CartOwner, keepGuest, useCartOwner } from "./owner";
import { isGuestEnded } from "./requests";

export type Cart = Schema["Cart"];
export type CartLine = Schema["CartLine"];

/** The cart of an owner as the server tells it; null where nobody has put anything into one. */
export function cartQuery(owner: CartOwner) {
  return queryOptions({
    queryKey: ["cart", owner.kind === "guest" ? owner.guestId : owner.kind],
    queryFn: async (): Promise<Cart | null> => {
      if (owner.kind === "nobody") return null;
      if (owner.kind === "person") return read(api.GET("/bff/cart"));
      const path = { guest_id: owner.guestId };
      return read(api.GET("/bff/guest/cart/{guest_id}", { params: { path } })).catch(forgetIfEnded);
    },
  });
}

/**
 * The cart of this browser, as a query: its `data` is what its person sees, with the changes that they asked for;
 * null is an empty one, undefined is not known yet. `every` so many milliseconds it is asked for again.
 */
export function useCart({ every = false }: { every?: number | false } = {}) {
  const owner = useCartOwner();
  const asked = useQuery(askedQuery).data;
  const query = useQuery({
    ...cartQuery(owner ?? { kind: "nobody" }),
    enabled: owner !== undefined,
    refetchInterval: every,
  });
  return { ...query, data: query.data === undefined ? undefined : foldCart(query.data, asked) };
}

function forgetIfEnded(error: unknown): null {
  if (!isGuestEnded(error)) throw error;
  keepGuest(null);
  return null;
}
