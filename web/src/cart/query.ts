import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, read, type Schema } from "../api/client";
import { Problem } from "../api/problems";
import { type CartOwner, keepGuest, useCartOwner } from "./owner";

export type Cart = Schema["Cart"];
export type CartLine = Schema["CartLine"];

const ENDED = new Set(["cart_transferred", "cart_expired"]);

/** The cart of an owner; null where nobody has put anything into one. */
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

/** The cart of this browser, with the state of its query. */
export function useCart() {
  const owner = useCartOwner();
  return useQuery({ ...cartQuery(owner ?? { kind: "nobody" }), enabled: owner !== undefined });
}

function forgetIfEnded(error: unknown): null {
  if (!(error instanceof Problem && ENDED.has(error.code))) throw error;
  keepGuest(null);
  return null;
}
