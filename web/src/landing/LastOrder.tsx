import { places } from "../app/places";
import { ShopLink } from "../app/ShopLink";
import { useOwnQuery, useSession } from "../app/session";
import { buttonClass } from "../parts/Button";
import { Money } from "../parts/Money";
import { When } from "../parts/When";
import { landing } from "../strings/landing";
import { orderStatus } from "../strings/order-status";
import css from "./LastOrder.module.css";
import { lastOrderQuery } from "./queries";
import { Section } from "./Section";

/** The last order of who is logged in: where it stands, and the way to it. */
export function LastOrder() {
  const person = useSession();
  const order = useOwnQuery(lastOrderQuery).data;
  if (!person || !order) return null;
  return (
    <Section title={landing.lastOrder}>
      <div className={css.order}>
        <div>
          <p className={css.status}>{orderStatus[order.status]}</p>
          <p className={css.soft}>
            {landing.lastOrderLine(order.orderNumber)} · <When at={order.createdAt} />
          </p>
        </div>
        <Money of={{ amount: order.totalAmount, currency: order.currency }} strong />
        <ShopLink to={`${places.orders}/${order.orderId}`} className={buttonClass()}>
          {landing.follow}
        </ShopLink>
      </div>
    </Section>
  );
}
