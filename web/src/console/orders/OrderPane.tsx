import { useQuery } from "@tanstack/react-query";
import type { Schema } from "../../api/client";
import { QueryState } from "../../app/QueryState";
import { Skeleton } from "../../parts/Skeleton";
import { When } from "../../parts/When";
import { orders as words } from "../../strings/console/orders";
import { Facts } from "../parts/Facts";
import { IncompleteNotice } from "../parts/Incomplete";
import { OrderLink } from "../parts/OrderLink";
import { Status } from "../parts/Status";
import { OrderActions } from "./OrderActions";
import { OrderSums } from "./OrderSums";
import { OrderTimeline } from "./OrderTimeline";
import { orderQuery } from "./queries";
import { toneOf } from "./status";

/** One order as a keeper sees it: where it stands and why, what can be done, and all that happened. */
export function OrderPane({ id }: { id: string }) {
  return (
    <QueryState query={useQuery(orderQuery(id))} loading={<Skeleton shape="block" />}>
      {(order) => (
        <>
          <IncompleteNotice of={order} />
          <Standing order={order} />
          <OrderActions order={order} />
          <OrderSums order={order} />
          <OrderTimeline orderId={order.orderId} timeline={order.timeline} />
        </>
      )}
    </QueryState>
  );
}

function Standing({ order }: { order: Schema["AdminOrder"] }) {
  return (
    <Facts
      of={{
        [words.status]: <Status tone={toneOf(order.status)}>{order.status}</Status>,
        [words.why]: order.failure?.reason ?? order.cancellation?.reason,
        [words.fulfilment]: <Fulfilment saga={order.saga} />,
        [words.payment]: words.paymentStatus[order.paymentStatus],
        [words.goods]: words.fulfilmentStatus[order.fulfilmentStatus],
        [words.placed]: <When at={order.createdAt} />,
        [words.customerId]: <code>{order.customerId}</code>,
        [words.shipTo]: <Address of={order.shippingAddress} />,
        [words.parcel]: order.shipment && `${order.shipment.carrier} ${order.shipment.trackingNumber}`,
        [words.rules]: order.rulesVersion,
        [words.whole]: <OrderLink orderId={order.orderId} />,
      }}
    />
  );
}

function Fulfilment({ saga: { state, request } }: { saga: Schema["SagaProgress"] }) {
  return (
    <>
      {words.saga[state] ?? state}
      {request && <p>{words.waitsFor(request)}</p>}
      {request?.retryAt && (
        <p>
          {words.retryAt} <When at={request.retryAt} />
        </p>
      )}
    </>
  );
}

function Address({ of }: { of: Schema["PostalAddress"] | null }) {
  if (of === null) return words.erased;
  const place = [of.postalCode, of.city, of.region, of.country].filter(Boolean).join(" ");
  return [of.name, of.line1, of.line2, place].filter(Boolean).join(", ");
}
