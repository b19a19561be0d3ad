import { type FormEvent, useState } from "react";
import type { Schema } from "../api/client";
import { announce } from "../app/announce";
import { places } from "../app/places";
import { ShopLink } from "../app/ShopLink";
import { useCart } from "../cart/query";
import { useCartChange } from "../cart/use-cart-change";
import { Button } from "../parts/Button";
import { Money } from "../parts/Money";
import { Notice } from "../parts/Notice";
import { Quantity } from "../parts/Quantity";
import { product as words } from "../strings/product";
import css from "./Buy.module.css";
import { refusalOf } from "./refusal";
import { StockMark } from "./StockMark";
import { stockWord } from "./stock";

/** The price, what there is of it, and the way into the cart. */
export function Buy({ product }: { product: Schema["ProductDetail"] }) {
  const [pieces, setPieces] = useState(1);
  const change = useCartChange();
  const inCart = useCart().data?.items.find((line) => line.productId === product.productId)?.quantity ?? 0;
  const stock = stockWord(product.forSale, product.inStock, product.stock?.available ?? null);
  const add = (event: FormEvent) => {
    event.preventDefault();
    change.mutate({ kind: "add", product, quantity: pieces });
    announce(words.announced(product.name, pieces));
  };
  return (
    <form className={css.buy} onSubmit={add}>
      <p className={css.price}>
        <Money of={product.price} strong />
      </p>
      <StockMark stock={stock} />
      {stock.most > 0 && (
        <div className={css.row}>
          <Quantity value={pieces} most={stock.most} onChange={setPieces} />
          <Button type="submit" look="primary" className={css.add}>
            {words.add}
          </Button>
        </div>
      )}
      {change.isError && <Notice kind="failed" title={refusalOf(change.error)} />}
      {inCart > 0 && (
        <p className={css.inCart}>
          {words.added(inCart)} <ShopLink to={places.cart}>{words.toCart}</ShopLink>
        </p>
      )}
      <p className={css.soft}>{words.delivery}</p>
    </form>
  );
}
