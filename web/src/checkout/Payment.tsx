import { Notice } from "../parts/Notice";
import { checkout as words } from "../strings/checkout";
import page from "./CheckoutPage.module.css";
import css from "./Choice.module.css";

const { payment } = words;

/** How the stand-in for a payment provider answers: a test shop charges nobody. */
export function Payment({ token, onChoose }: { token: string; onChoose: (token: string) => void }) {
  return (
    <fieldset className={page.part}>
      <legend className={page.legend}>{payment.heading}</legend>
      <Notice kind="info" title={payment.test} />
      <div className={css.choices}>
        {payment.tokens.map((each) => (
          <label key={each.token} className={css.choice}>
            <input type="radio" name="payment" checked={token === each.token} onChange={() => onChoose(each.token)} />
            <span>
              {each.label}
              <span className={css.hint}>{each.hint}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
