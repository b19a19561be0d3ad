/** An amount in minor units of its currency: 150 of USD is $1.50. */
export type Amount = { amount: number; currency: string };

/** English as the browser's person writes it; the words of the shop are English. */
export const LOCALE = globalThis.navigator?.languages?.find((tag) => tag.startsWith("en")) ?? "en";

const formats = new Map<string, Intl.NumberFormat>();

function formatOf(currency: string): Intl.NumberFormat {
  const known = formats.get(currency);
  if (known) return known;
  const format = new Intl.NumberFormat(LOCALE, { style: "currency", currency, currencyDisplay: "narrowSymbol" });
  formats.set(currency, format);
  return format;
}

/** The digits that a currency has after the point. */
export function digitsOf(currency: string): number {
  return formatOf(currency).resolvedOptions().maximumFractionDigits ?? 2;
}

/** Write an amount with its currency's sign and digits. */
export function moneyText({ amount, currency }: Amount): string {
  return formatOf(currency).format(amount / 10 ** digitsOf(currency));
}

/** Read what somebody typed, as "12.50", as minor units; null where it is no amount with the currency's digits. */
export function minorUnits(typed: string, currency: string): number | null {
  const digits = digitsOf(currency);
  const match = /^(\d{1,10})(?:[.,](\d*))?$/.exec(typed.trim());
  const fraction = match?.[2] ?? "";
  if (!match?.[1] || fraction.length > digits) return null;
  return Number(match[1]) * 10 ** digits + Number(fraction.padEnd(digits, "0") || "0");
}
