import { announce } from "../app/announce";
import type { AddedProduct } from "../cart/changes";
import { usePiecesInCart } from "../cart/pieces";
import { useCartChange } from "../cart/use-cart-change";
import { Icon } from "../parts/Icon";
import { wordsOf } from "../parts/words";
import { catalogue } from "../strings/catalogue";
import css from "./QuickAdd.module.css";

/** Puts one piece of a product into the cart, and says how many are in it. */
export function QuickAdd({ product }: { product: AddedProduct & { inStock: boolean } }) {
  const change = useCartChange();
  const pieces = usePiecesInCart(product.productId);
  const add = () => {
    change.mutate({ kind: "add", product, quantity: 1 });
    announce(catalogue.added(product.name));
  };
  return (
    <span className={css.quick}>
      <button
        type="button"
        className={css.button}
        aria-label={pieces > 0 ? catalogue.addMore(product.name, pieces) : catalogue.addNamed(product.name)}
        disabled={!product.inStock}
        onClick={add}
      >
        {pieces > 0 ? <span>{catalogue.inCart(pieces)}</span> : <span>{catalogue.add}</span>}
        <Icon name="plus" size={18} />
      </button>
      {change.isError && (
        <span role="alert" className={css.error}>
          {wordsOf(change.error).what}
        </span>
      )}
    </span>
  );
}
