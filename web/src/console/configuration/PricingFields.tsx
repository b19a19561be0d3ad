import { Field, TextField } from "../../parts/Field";
import field from "../../parts/Field.module.css";
import { configuration as words } from "../../strings/console/configuration";
import css from "./Configuration.module.css";
import { amountText, type Pricing } from "./values";

type Props = { value: Pricing; errors: Readonly<Record<string, string>> };
const REGION = "[A-Za-z]{2}(-[A-Za-z0-9]{1,3})?";

/** Tax by region and the shipping fee by currency, in the units that people write. */
export function PricingFields({ value, errors }: Props) {
  return (
    <>
      <fieldset className={css.group}>
        <legend>{words.tax}</legend>
        <p>{words.taxHint}</p>
        <div className={css.fields}>
          {Object.entries(value.tax)
            .sort(([one], [other]) => one.localeCompare(other))
            .map(([region, percent]) => (
              <Field key={region} label={region} error={errors[`value.tax.${region}`]}>
                {(wiring) => (
                  <input
                    {...wiring}
                    name={`tax.${region}`}
                    inputMode="decimal"
                    defaultValue={percent}
                    className={field.control}
                  />
                )}
              </Field>
            ))}
          <TextField label={words.newRegion} name="newRegion" pattern={REGION} placeholder="US-OH" optional />
          <TextField label={words.newPercent} name="newPercent" inputMode="decimal" placeholder="7.25" optional />
          <TextField
            label={words.otherTax}
            name="otherTax"
            inputMode="decimal"
            defaultValue={value.otherTax}
            error={errors["value.otherTax"]}
          />
        </div>
      </fieldset>
      <details className={css.many}>
        <summary>{words.fees(Object.keys(value.fees).length)}</summary>
        <div className={css.fields}>
          {Object.entries(value.fees).flatMap(([currency, { amount, freeFrom }]) => [
            <TextField
              key={`${currency} amount`}
              label={words.fee(currency)}
              name={`fees.${currency}.amount`}
              inputMode="decimal"
              defaultValue={amountText(amount, currency)}
            />,
            <TextField
              key={`${currency} free`}
              label={words.freeFrom(currency)}
              name={`fees.${currency}.freeFrom`}
              inputMode="decimal"
              defaultValue={amountText(freeFrom, currency)}
            />,
          ])}
        </div>
      </details>
    </>
  );
}
