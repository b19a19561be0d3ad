import { digitsOf, minorUnits } from "../../parts/money";

export type Fee = { amount: number; freeFrom: number };
export type Pricing = {
  tax: Record<string, string>;
  otherTax: string;
  taxedByPart: string[];
  fees: Record<string, Fee>;
};
export type Value = Record<string, unknown>;

/** What was typed, by the name of its field. */
export type Typed = Readonly<Record<string, string>>;

/** An amount as it is typed: "12.50" for 1250 of USD. */
export function amountText(amount: number, currency: string): string {
  const digits = digitsOf(currency);
  return (amount / 10 ** digits).toFixed(digits);
}

/** Read the rules of pricing; a region without a percentage is removed, one that is new is added. Null: an amount is none. */
export function readPricing(typed: Typed, now: Pricing): Pricing | null {
  const tax: Record<string, string> = {};
  for (const region of Object.keys(now.tax)) {
    const percent = typed[`tax.${region}`];
    if (percent) tax[region] = percent;
  }
  if (typed.newRegion) tax[typed.newRegion.toUpperCase()] = typed.newPercent ?? "";
  const fees: Record<string, Fee> = {};
  for (const currency of Object.keys(now.fees)) {
    const amount = minorUnits(typed[`fees.${currency}.amount`] ?? "", currency);
    const freeFrom = minorUnits(typed[`fees.${currency}.freeFrom`] ?? "", currency);
    if (amount === null || freeFrom === null) return null;
    fees[currency] = { amount, freeFrom };
  }
  return { ...now, tax, fees, otherTax: typed.otherTax ?? now.otherTax };
}

/** Read a value all of whose fields are numbers. */
export function readNumbers(typed: Typed, now: Value): Value {
  return Object.fromEntries(Object.keys(now).map((name) => [name, Number(typed[name] ?? now[name])]));
}
