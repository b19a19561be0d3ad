import { type FormEvent, useId, useState } from "react";
import { places } from "../app/places";
import { useGo } from "../app/use-go";
import { Button } from "../parts/Button";
import { TextField } from "../parts/Field";
import { digitsOf, minorUnits } from "../parts/money";
import { catalogue } from "../strings/catalogue";
import css from "./FilterPanel.module.css";
import { changeFilters, type Filters } from "./filters";

/** From which price to which; `currency` is that of the list, where it is known. */
export function PriceFilter({ filters, currency }: { filters: Filters; currency: string | undefined }) {
  const unit = currency ?? filters.currency;
  const go = useGo();
  const id = useId();
  const [from, setFrom] = useState(typed(filters.min, unit));
  const [to, setTo] = useState(typed(filters.max, unit));
  const [isWrong, setWrong] = useState(false);
  if (!unit) return null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const [min, max] = [read(from, unit), read(to, unit)];
    setWrong(min === null || max === null);
    if (min === null || max === null) return;
    const isNarrow = min !== undefined || max !== undefined;
    const next = changeFilters(filters, { min, max, currency: isNarrow ? unit : undefined });
    go(places.products, { search: next });
  };
  return (
    <section aria-labelledby={id}>
      <h2 id={id} className={css.title}>
        {catalogue.price}
      </h2>
      <form className={css.prices} onSubmit={submit} noValidate>
        <TextField label={catalogue.from} inputMode="decimal" value={from} onChange={(e) => setFrom(e.target.value)} />
        <TextField label={catalogue.to} inputMode="decimal" value={to} onChange={(e) => setTo(e.target.value)} />
        <Button type="submit">{catalogue.apply}</Button>
      </form>
      {isWrong && (
        <p role="alert" className={css.wrong}>
          {catalogue.priceWrong}
        </p>
      )}
    </section>
  );
}

function typed(amount: number | undefined, currency: string | undefined): string {
  if (amount === undefined || !currency) return "";
  const digits = digitsOf(currency);
  return (amount / 10 ** digits).toFixed(amount % 10 ** digits === 0 ? 0 : digits);
}

function read(text: string, currency: string): number | null | undefined {
  return text.trim() === "" ? undefined : minorUnits(text, currency);
}
