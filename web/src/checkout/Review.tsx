import { places } from "../app/places";
import { ShopLink } from "../app/ShopLink";
import type { Cart } from "../cart/query";
import type { Quote } from "../cart/quote";
import { Sums } from "../cart/Sums";
import { Button } from "../parts/Button";
import { Money } from "../parts/Money";
import { moneyText } from "../parts/money";
import { Picture } from "../parts/Picture";
import { cart as cartWords } from "../strings/cart";
import { checkout as words } from "../strings/checkout";
import css from "./CheckoutPage.module.css";

type Props = { cart: Cart; quote: Quote | undefined; priced: Quote | undefined; failed: boolean; busy: boolean };

/** What is ordered and what it costs by the server's own sums, and the button that says how much is paid. */
export function Review({ cart, quote, priced, failed, busy }: Props) {
  const isBlocked = cart.items.some((line) => !line.forSale || line.available < line.quantity);
  return (
    <section className={css.review} aria-label={words.review.heading}>
      <h2>{words.review.heading}</h2>
      <ul className={css.items}>
        {cart.items.map((line) => (
          <li key={line.productId}>
            <Picture src={line.picture} department={line.department ?? ""} shape="tiny" first />
            <span>{words.review.line(line.quantity, line.name ?? cartWords.unnamed)}</span>
            <Money of={line.lineTotal} />
          </li>
        ))}
      </ul>
      <ShopLink to={places.cart}>{words.review.change}</ShopLink>
      <Sums pieces={cart.pieces} quote={priced ?? quote} />
      {isBlocked && <p className={css.blocked}>{words.review.blocked}</p>}
      {!priced && <p className={css.soft}>{failed ? words.review.failed : words.review.waiting}</p>}
      <Button type="submit" look="primary" busy={busy} disabled={isBlocked}>
        {priced
          ? words.button.priced(moneyText({ amount: priced.totalAmount, currency: priced.currency }))
          : words.button.unpriced}
      </Button>
    </section>
  );
}
