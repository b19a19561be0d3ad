import type { ReactNode } from "react";
import { moneyText } from "../parts/money";
import { cart as words } from "../strings/cart";
import { percentOf, type Quote } from "./quote";
import css from "./Sums.module.css";

const sums = words.sums;

type Props = { pieces: number; subtotal?: { amount: number; currency: string } | null; quote: Quote | undefined };

/** What it costs, line by line, each with why. */
export function Sums({ pieces, subtotal, quote }: Props) {
  const money = (amount: number) => (quote ? moneyText({ amount, currency: quote.currency }) : sums.unknown);
  const known = subtotal ?? (quote ? { amount: quote.subtotal, currency: quote.currency } : null);
  const isTaxed = quote !== undefined && quote.tax !== null;
  return (
    <dl className={css.sums}>
      <Row what={sums.subtotal(pieces)}>{known ? moneyText(known) : sums.unknown}</Row>
      <Row what={sums.shipping} why={quote && shippingWhy(quote)}>
        {quote?.shipping === 0 ? sums.free : money(quote?.shipping ?? 0)}
      </Row>
      <Row what={sums.tax} why={isTaxed ? sums.taxRate(percentOf(quote.taxRate ?? "0")) : sums.taxWhy}>
        {isTaxed ? money(quote.tax ?? 0) : sums.taxAtCheckout}
      </Row>
      <Row what={isTaxed ? sums.total : sums.totalBeforeTax} strong>
        {money(quote?.totalAmount ?? 0)}
      </Row>
    </dl>
  );
}

function shippingWhy({ subtotal, freeFrom, shipping, currency }: Quote): string {
  const from = moneyText({ amount: freeFrom, currency });
  if (shipping === 0) return sums.isFree(from);
  return sums.freeFrom(from, moneyText({ amount: freeFrom - subtotal, currency }));
}

type RowProps = { what: string; why?: ReactNode; strong?: boolean; children: ReactNode };

export function Row({ what, why, strong = false, children }: RowProps) {
  return (
    <div className={strong ? css.total : css.row}>
      <dt>
        {what}
        {why && <span className={css.why}>{why}</span>}
      </dt>
      <dd>{children}</dd>
    </div>
  );
}
