import { useQuery } from "@tanstack/react-query";
import { QueryState } from "../../app/QueryState";
import { Skeleton } from "../../parts/Skeleton";
import { order as words } from "../../strings/console/order";
import { shell } from "../../strings/console/shell";
import { ConsoleLink } from "../parts/ConsoleLink";
import { useFilters } from "../parts/filters";
import { Part } from "../parts/Part";
import { sagaQuery } from "../sagas/queries";
import { SagaActions } from "../sagas/SagaActions";
import { Standing, Times } from "../sagas/SagaPane";
import { SagaSteps } from "../sagas/SagaSteps";
import { Documents } from "./Documents";
import css from "./Order.module.css";
import { OrderLog } from "./OrderLog";
import { orderRecordsQuery } from "./queries";
import { Parking, Timers } from "./Waiting";

/** All there is about one order, side by side: its log, its saga, what waits for it, and its documents. */
export function OrderPage() {
  const [{ order }] = useFilters();
  return (
    <div className={css.page}>
      <title>{shell.title(words.title)}</title>
      {order ? <Everything orderId={order} /> : <NoOrder />}
    </div>
  );
}

function Everything({ orderId }: { orderId: string }) {
  const saga = useQuery(sagaQuery(orderId));
  return (
    <>
      <h1>{words.of(saga.data?.orderNumber ?? orderId)}</h1>
      <div className={css.columns}>
        <OrderLog orderId={orderId} />
        <div className={css.column}>
          <Part title={words.saga} level={2}>
            <QueryState query={saga} loading={<Skeleton shape="block" />}>
              {(found) => (
                <div className={css.saga}>
                  <Standing saga={found} />
                  <SagaActions saga={found} />
                  <SagaSteps saga={found} />
                  <Times saga={found} />
                </div>
              )}
            </QueryState>
          </Part>
          <QueryState query={useQuery(orderRecordsQuery(orderId))} loading={<Skeleton shape="block" />}>
            {({ timers, parked, documents }) => (
              <>
                <Timers rows={timers} />
                <Parking rows={parked} />
                <Documents rows={documents} />
              </>
            )}
          </QueryState>
        </div>
      </div>
    </>
  );
}

function NoOrder() {
  return (
    <>
      <h1>{words.none}</h1>
      <p>{words.noneNext}</p>
      <ConsoleLink to="/console/sagas" filters={{}}>
        {words.toSagas}
      </ConsoleLink>
    </>
  );
}
