import { useQuery } from "@tanstack/react-query";
import { api, read } from "../api/client";
import { places } from "../app/places";
import { ShopLink } from "../app/ShopLink";
import { useCartChange } from "../cart/use-cart-change";
import { Button, buttonClass } from "../parts/Button";
import { Notice } from "../parts/Notice";
import { wordsOf } from "../parts/words";
import { order as words } from "../strings/order";
import type { Order } from "./queries";

/** Puts what was in an order that came to nothing into the cart again. */
export function OrderAgain({ order }: { order: Order }) {
  const change = useCartChange();
  const again = useQuery({
    queryKey: ["orders", order.orderId, "again"],
    enabled: false,
    retry: false,
    queryFn: async () => {
      for (const { productId, quantity } of order.items) {
        const path = { product_id: productId };
        const product = await read(api.GET("/bff/products/{product_id}", { params: { path } }));
        await change.mutateAsync({ kind: "add", product, quantity });
      }
      return true;
    },
  });
  if (again.data) {
    return (
      <Notice
        kind="done"
        title={words.againDone}
        action={
          <ShopLink to={places.cart} className={buttonClass()}>
            {words.toCart}
          </ShopLink>
        }
      />
    );
  }
  return (
    <>
      <Button look="primary" busy={again.isFetching} onClick={() => void again.refetch()}>
        {words.again}
      </Button>
      {again.error && <Notice kind="failed" title={wordsOf(again.error).what} />}
    </>
  );
}
