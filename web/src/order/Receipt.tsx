import { AddressText } from "../address/AddressText";
import { places } from "../app/places";
import { ShopLink } from "../app/ShopLink";
import { Row } from "../cart/Sums";
import sums from "../cart/Sums.module.css";
import { useProductsById } from "../catalogue/by-id";
import { moneyText } from "../parts/money";
import { Picture } from "../parts/Picture";
import { When } from "../parts/When";
import { order as words } from "../strings/order";
import type { Order } from "./queries";
import css from "./Receipt.module.css";
import { isRefundSettled, refundOf } from "./story";

/** What was ordered, what it costs, and where it goes. */
export function Receipt({ order }: { order: Order }) {
  const { currency, items } = order;
  const money = (amount: number) => moneyText({ amount, currency });
  const products = useProductsById(items.map(({ productId }) => productId));
  return (
    <div className={css.receipt}>
      <h2>{words.items}</h2>
      <ul className={css.items}>
        {items.map(({ productId, name, quantity, unitPrice }) => (
          <li key={productId} className={css.item}>
            <Picture
              src={products.get(productId)?.picture}
              department={products.get(productId)?.department ?? ""}
              shape="tiny"
            />
            <ShopLink to={`${places.products}/${encodeURIComponent(productId)}`}>{name}</ShopLink>
            <span className={css.each}>{words.line(quantity, money(unitPrice))}</span>
            <span className={css.sum}>{money(quantity * unitPrice)}</span>
          </li>
        ))}
      </ul>
      <dl className={sums.sums}>
        <Row what={words.sums.subtotal(items.reduce((sum, { quantity }) => sum + quantity, 0))}>
          {money(order.subtotal)}
        </Row>
        <Row what={words.sums.shipping}>{order.shipping === 0 ? words.sums.free : money(order.shipping)}</Row>
        <Row what={words.sums.tax}>{money(order.tax)}</Row>
        <Row what={words.sums.total} strong>
          {money(order.totalAmount)}
        </Row>
        <Refund order={order} />
      </dl>
      <div className={css.places}>
        <Place title={words.ship} address={order.shippingAddress} />
        <Place title={words.bill} address={order.billingAddress} />
        {order.shipment && (
          <div>
            <h3>{words.parcelHeading}</h3>
            <p>{words.parcel(order.shipment.carrier, order.shipment.trackingNumber)}</p>
          </div>
        )}
      </div>
    </div>
  );
}

/** What was given back, and when; or that it is on its way. */
function Refund({ order }: { order: Order }) {
  const refund = refundOf(order);
  if (refund) {
    return (
      <Row what={words.sums.refunded} why={<When at={refund.at} />}>
        {moneyText({ amount: refund.amount, currency: order.currency })}
      </Row>
    );
  }
  const waits = isRefundSettled(order) ? words.sums.settled : words.sums.refunds[order.paymentStatus];
  return waits ? <Row what={words.sums.refund}>{waits}</Row> : null;
}

function Place({ title, address }: { title: string; address: Order["shippingAddress"] }) {
  return (
    <div>
      <h3>{title}</h3>
      {address ? <AddressText of={address} /> : <p>{words.erased}</p>}
    </div>
  );
}
