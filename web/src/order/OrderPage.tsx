import { getRouteApi } from "@tanstack/react-router";
import { Problem } from "../api/problems";
import { NotFound } from "../app/errors";
import { QueryState } from "../app/QueryState";
import { useOwnQuery, useSession, useSessionEnded } from "../app/session";
import { Button } from "../parts/Button";
import { Notice } from "../parts/Notice";
import { Skeleton } from "../parts/Skeleton";
import { When } from "../parts/When";
import { order as words } from "../strings/order";
import { CancelOrder } from "./CancelOrder";
import { Events } from "./Events";
import { OrderAgain } from "./OrderAgain";
import css from "./OrderPage.module.css";
import { type Order, orderQuery } from "./queries";
import { Receipt } from "./Receipt";
import { Stages } from "./Stages";
import { Story } from "./Story";
import { isOver } from "./stages";
import { whyOver } from "./story";
import { useLiveOrder } from "./use-live-order";
import { Visitor } from "./Visitor";

const route = getRouteApi("/orders/$orderId");

/** One order: where it is now, what happened to it, and its receipt; live while something may still happen. */
export function OrderPage() {
  const { orderId } = route.useParams();
  const isVisitor = useSession() === null;
  const isEnded = useSessionEnded();
  const query = useOwnQuery(orderQuery(orderId));
  if (isVisitor && !isEnded) return <Visitor />;
  if (query.error instanceof Problem && query.error.status === 404) return <NotFound />;
  return (
    <QueryState query={query} loading={<OrderSkeleton />}>
      {(order) => <Known order={order} />}
    </QueryState>
  );
}

function Known({ order }: { order: Order }) {
  const live = useLiveOrder(order);
  const { placed } = route.useSearch();
  return (
    <>
      <title>{words.title(order.orderNumber)}</title>
      {placed && !isOver(order) && (
        <div className={css.notice}>
          <Notice kind="done" title={words.placed.title}>
            <p>{words.placed.text}</p>
          </Notice>
        </div>
      )}
      {typeof order.incompleteFrom === "number" && (
        <div className={css.notice}>
          <Notice kind="waiting" title={words.incomplete.title}>
            <p>{words.incomplete.text}</p>
          </Notice>
        </div>
      )}
      <header className={css.head}>
        <h1>{words.heading(order.orderNumber)}</h1>
        <p className={css.soft}>
          <When at={order.createdAt} /> · <span role="status">{words.live[live]}</span>
        </p>
      </header>
      <section className={css.now}>
        <p className={css.line} role="status">
          {words.now[order.status]}
        </p>
        {isOver(order) && <p>{whyOver(order)}</p>}
        <Stages order={order} />
        <div className={css.acts}>
          <CancelOrder order={order} />
          {isOver(order) && <OrderAgain order={order} />}
        </div>
      </section>
      <div className={css.page}>
        <section className={css.story} aria-labelledby="story">
          <h2 id="story">{words.timeline}</h2>
          <Story timeline={order.timeline} />
          <Events timeline={order.timeline} />
        </section>
        <section className={css.receipt}>
          <Receipt order={order} />
          <Button className={css.print} onClick={() => print()}>
            {words.print}
          </Button>
        </section>
      </div>
    </>
  );
}

function OrderSkeleton() {
  return (
    <div className={css.skeleton}>
      <Skeleton shape="title" />
      <Skeleton shape="block" />
      <Skeleton shape="block" />
    </div>
  );
}
