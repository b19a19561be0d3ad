import { Money } from "../../parts/Money";
import { Notice } from "../../parts/Notice";
import { Skeleton } from "../../parts/Skeleton";
import { When } from "../../parts/When";
import { overview as words } from "../../strings/console/overview";
import { STATUSES, toneOf } from "../orders/status";
import { ConsoleLink } from "../parts/ConsoleLink";
import { Status } from "../parts/Status";
import { type Board, rateOf, useBoard } from "./board";
import { Card } from "./Card";
import css from "./Overview.module.css";

/** The board of the shop, live: where orders stand, the newest of them, low stock and parked messages. */
export function LiveBoard() {
  const { board, isCutOff, samples } = useBoard();
  if (!board) return isCutOff ? <Notice kind="waiting" title={words.lost} /> : <Skeleton shape="block" />;
  return (
    <>
      {isCutOff && <Notice kind="waiting" title={words.lost} />}
      <div className={css.cards}>
        <OrdersByStatus of={board.orders} />
        <Card title={words.rate} why={words.rateWhy}>
          <p className={css.large}>{rateOf(samples, Date.now()).toFixed(2)}</p>
        </Card>
        <LowStock of={board.stock} />
        <Parked of={board.parked} />
      </div>
      <Newest of={board.newest} />
    </>
  );
}

function OrdersByStatus({ of: { total, byStatus } }: { of: Board["orders"] }) {
  return (
    <Card title={words.orders} why={words.ordersNow(total)}>
      <ul className={css.rows}>
        {STATUSES.filter((status) => byStatus[status]).map((status) => (
          <li key={status}>
            <Status tone={toneOf(status)}>{status}</Status>
            <ConsoleLink to="/console/orders" filters={{ status }}>
              {byStatus[status]?.toLocaleString("en")}
            </ConsoleLink>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function LowStock({ of: { out, low, items } }: { of: Board["stock"] }) {
  const counts = `${words.out}: ${out.toLocaleString("en")}. ${words.low}: ${low.toLocaleString("en")}.`;
  return (
    <Card title={words.stock} why={counts}>
      {items.length === 0 && <p>{words.noneLow}</p>}
      <ul className={css.rows}>
        {items.slice(0, 5).map(({ productId, warehouseId, available }) => (
          <li key={`${productId} ${warehouseId}`}>
            <ConsoleLink to="/console/stock" filters={{ productId, product: productId, at: warehouseId }}>
              {productId}
            </ConsoleLink>
            {words.left(available)}
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Parked({ of }: { of: Board["parked"] }) {
  const counts = Object.entries(of ?? {}).filter(([, count]) => count > 0);
  return (
    <Card title={words.parked} why={words.parkedWhy}>
      {counts.length === 0 && <p>{words.noneParked}</p>}
      <ul className={css.rows}>
        {counts.map(([consumer, count]) => (
          <li key={consumer}>
            {consumer}
            <span>{count}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Newest({ of }: { of: Board["newest"] }) {
  return (
    <Card title={words.newest}>
      {of.length === 0 && <p>{words.none}</p>}
      <ul className={css.rows}>
        {of.slice(0, 10).map((order) => (
          <li key={order.orderId}>
            <ConsoleLink to="/console/orders" filters={{ order: order.orderId }}>
              {order.orderNumber}
            </ConsoleLink>
            <Status tone={toneOf(order.status)}>{order.status}</Status>
            <When at={order.createdAt} />
            <Money of={{ amount: order.totalAmount, currency: order.currency }} />
          </li>
        ))}
      </ul>
    </Card>
  );
}
