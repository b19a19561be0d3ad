import { Notice } from "../../parts/Notice";
import { Skeleton } from "../../parts/Skeleton";
import { overview as words } from "../../strings/console/overview";
import { STATUSES, toneOf } from "../orders/status";
import { ConsoleLink } from "../parts/ConsoleLink";
import { Status } from "../parts/Status";
import { type Board, useBoard } from "./board";
import { Card } from "./Card";
import { Incomplete } from "./Incomplete";
import { LagCard } from "./LagCard";
import { LowStock, Newest } from "./Lists";
import css from "./Overview.module.css";
import { Parked } from "./Parked";
import { Rate } from "./Rate";
import { Sagas } from "./Sagas";

/** The board of the shop, live: where orders and sagas stand, who is behind, low stock, and what is parked. */
export function LiveBoard() {
  const { board, isCutOff, samples } = useBoard();
  if (!board) return isCutOff ? <Notice kind="waiting" title={words.lost} /> : <Skeleton shape="block" />;
  return (
    <>
      {isCutOff && <Notice kind="waiting" title={words.lost} />}
      <div className={css.cards}>
        <Rate samples={samples} />
        <OrdersByStatus of={board.orders} />
        <Sagas of={board.sagas} />
        <Parked of={board.parked ?? []} />
        <LowStock of={board.stock} />
      </div>
      <LagCard />
      <Incomplete of={board.parked ?? []} />
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
