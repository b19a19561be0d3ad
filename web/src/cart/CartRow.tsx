import { places } from "../app/places";
import { ShopLink } from "../app/ShopLink";
import { Button } from "../parts/Button";
import { Money } from "../parts/Money";
import { moneyText } from "../parts/money";
import { Picture } from "../parts/Picture";
import { cart as words } from "../strings/cart";
import css from "./CartRow.module.css";
import { LineNotes, Refusal } from "./LineNotes";
import { LineQuantity } from "./LineQuantity";
import type { CartLine } from "./query";
import { useCartChange } from "./use-cart-change";

/** One product of the cart: how many, what it costs, and what has changed about it since it was added. */
export function CartRow({ line }: { line: CartLine }) {
  const change = useCartChange();
  const name = line.name ?? words.unnamed;
  const { productId } = line;
  const set = (quantity: number) => change.mutate({ kind: "set", productId, quantity });
  const remove = () => change.mutate({ kind: "remove", productId });
  return (
    <li className={css.line}>
      <Picture src={line.picture} department={line.department ?? ""} shape="small" />
      <div className={css.words}>
        <h2 className={css.name}>
          <ShopLink to={`${places.products}/${encodeURIComponent(productId)}`}>{name}</ShopLink>
        </h2>
        <p className={css.each}>{words.each(moneyText(line.unitPrice))}</p>
        <LineNotes line={line} onSet={set} />
        <Refusal error={change.error} />
      </div>
      <div className={css.acts}>
        {line.forSale && <LineQuantity {...{ name, line }} onSet={set} />}
        <Button look="plain" aria-label={words.removeNamed(name)} onClick={remove}>
          {words.remove}
        </Button>
      </div>
      <p className={line.forSale ? css.sum : css.gone}>
        <Money of={line.lineTotal} strong />
      </p>
    </li>
  );
}
