import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { api, read, type Schema } from "../api/client";
import { useIdempotencyKey } from "../api/idempotency";
import { Problem } from "../api/problems";
import { places } from "../app/places";
import { sessionQuery } from "../app/session";
import { forgetAsked } from "../cart/asked";
import type { Cart } from "../cart/query";
import { type CheckoutDraft, chosenOf, orderBody, type Saved } from "./form";

type Checkout = { draft: CheckoutDraft; book: readonly Saved[]; cart: Cart; total: number };

/** The codes of refusals after which the cart and its price are to be asked for again. */
const OUTDATED = new Set(["total_differs", "product_not_for_sale", "cart_checked_out", "cart_empty", "not_found"]);

/** Places the order, once however often it is sent, and goes to its page. */
export function useCheckout(forget: () => void, onSaved: (addressId: string) => void) {
  const client = useQueryClient();
  const router = useRouter();
  const keyOf = useIdempotencyKey();
  return useMutation({
    mutationFn: async ({ draft, book, cart, total }: Checkout) => {
      const body = orderBody(draft, book, cart.cartId, total);
      if (draft.save && !chosenOf(draft, book)) onSaved(await keepAddress(client, body.shippingAddress));
      const header = { "Idempotency-Key": keyOf(body) };
      return read(api.POST("/bff/orders", { params: { header }, body: body as Schema["NewOrder"] }));
    },
    onError: async (error) => {
      if (error instanceof Problem && OUTDATED.has(error.code)) await askAgain(client);
    },
    onSuccess: async (placed) => {
      forget();
      forgetAsked(client); // they were of the cart that is ordered
      void client.invalidateQueries({ queryKey: ["orders"] });
      const stop = router.subscribe("onResolved", () => {
        stop(); // not before: the page of an empty cart would be seen in between
        void client.invalidateQueries({ queryKey: ["cart"] });
      });
      router.history.push(`${places.orders}/${placed.orderId}?placed=true`);
    },
  });
}

async function keepAddress(client: QueryClient, address: Schema["Address"]): Promise<string> {
  const { addressId } = await read(api.POST("/bff/me/addresses", { body: { address } }));
  await client.invalidateQueries(sessionQuery);
  return addressId;
}

async function askAgain(client: QueryClient): Promise<void> {
  await client.invalidateQueries({ queryKey: ["cart"] });
  await client.invalidateQueries({ queryKey: ["quotes"] });
}
