import type { Quote } from "../cart/quote";
import { moneyText } from "../parts/money";
import { checkout } from "../strings/checkout";
import css from "./CheckoutPage.module.css";

const { delivery: words } = checkout;

/** How it comes, and what that costs. */
export function Delivery({ quote }: { quote: Quote | undefined }) {
  return (
    <section className={css.part}>
      <h2>{words.heading}</h2>
      <div>
        <p className={css.strong}>{quote ? words.priced(priceOf(quote)) : words.standard}</p>
        <p className={css.soft}>{words.how}</p>
      </div>
    </section>
  );
}

function priceOf({ shipping: amount, currency }: Quote): string {
  return amount === 0 ? words.free : moneyText({ amount, currency });
}
