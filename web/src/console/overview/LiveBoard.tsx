import { Notice } from "../../parts/Notice";
import { Skeleton } from "../../parts/Skeleton";
import { overview as words } from "../../strings/console/overview";
import { STATUSES, toneOf } from "../orders/status";
import { ConsoleLink } from "../parts/ConsoleLink";
import { Status } from "../parts/Status";
import { type Board, useBoard } from "./board";
import { Card } from "./Card";
import { LagCard } from "./LagCard";
import { LowStock, Newest } from "./Lists";
import css from "./Overview.module.css";
import { Rate } from "./Rate";
import { Sagas } from "./Sagas";

/** The board of the shop, live: where orders and sagas stand, who is behind, low stock and parked messages. */
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
        <Parked of={board.parked} />
        <LowStock of={board.stock} />
      </div>
      <LagCard />
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

function Parked({ of }: { of: Board["parked"] }) {
  const counts = Object.entries(of ?? {}).filter(([, count]) => count > 0);
  return (
    <Card title={words.parked} why={words.parkedWhy}>
      {counts.length === 0 && <p>{words.noneParked}</p>}
      <ul className={css.rows}>
        {counts.map(([consumer, count]) => (
          <li key={consumer}>
            {words.consumers[consumer] ?? consumer}
            <span>{count.toLocaleString("en")}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
