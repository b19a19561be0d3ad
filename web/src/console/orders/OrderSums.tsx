import type { Schema } from "../../api/client";
import { Money } from "../../parts/Money";
import { orders as words } from "../../strings/console/orders";
import { ConsoleLink } from "../parts/ConsoleLink";
import css from "./OrderPane.module.css";

/** The lines of an order, and what they come to. */
export function OrderSums({ order }: { order: Schema["AdminOrder"] }) {
  const money = (amount: number) => <Money of={{ amount, currency: order.currency }} />;
  const sums = [
    [words.subtotal, order.subtotal],
    [words.tax, order.tax],
    [words.shipping, order.shipping],
  ] as const;
  return (
    <table className={css.sums}>
      <caption>{words.lines}</caption>
      <tbody>
        {order.items.map((line) => (
          <tr key={line.productId}>
            <th scope="row">
              <ConsoleLink to="/console/products" filters={{ product: line.productId }}>
                {line.name}
              </ConsoleLink>
            </th>
            <td>
              {line.quantity} × {money(line.unitPrice)}
            </td>
            <td>{money(line.quantity * line.unitPrice)}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        {sums.map(([name, amount]) => (
          <tr key={name}>
            <th scope="row" colSpan={2}>
              {name}
            </th>
            <td>{money(amount)}</td>
          </tr>
        ))}
        <tr>
          <th scope="row" colSpan={2}>
            <strong>{words.total}</strong>
          </th>
          <td>
            <strong>{money(order.totalAmount)}</strong>
          </td>
        </tr>
      </tfoot>
    </table>
  );
}
