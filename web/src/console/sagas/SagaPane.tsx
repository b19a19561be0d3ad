import { useQuery } from "@tanstack/react-query";
import { QueryState } from "../../app/QueryState";
import { hasRole, useSession } from "../../app/session";
import { Money } from "../../parts/Money";
import { Skeleton } from "../../parts/Skeleton";
import { When } from "../../parts/When";
import { sagas as words } from "../../strings/console/sagas";
import { mayOpen } from "../pages";
import { ConsoleLink } from "../parts/ConsoleLink";
import { Facts } from "../parts/Facts";
import { IncompleteNotice } from "../parts/Incomplete";
import { OrderLink } from "../parts/OrderLink";
import { Status } from "../parts/Status";
import { sagaQuery } from "./queries";
import { SagaActions } from "./SagaActions";
import { SagaSteps } from "./SagaSteps";
import { type Saga, toneOf, whyItWaits } from "./saga";

/** The saga of one order: why it waits, its steps, its times, and the way out where an operator must decide. */
export function SagaPane({ id }: { id: string }) {
  return (
    <QueryState query={useQuery(sagaQuery(id))} loading={<Skeleton shape="block" />}>
      {(saga) => (
        <>
          <IncompleteNotice of={saga} />
          <Standing saga={saga} />
          <SagaActions saga={saga} />
          <SagaSteps saga={saga} />
          <Times saga={saga} />
          <About saga={saga} />
        </>
      )}
    </QueryState>
  );
}

/** Where a saga stands, and why. */
export function Standing({ saga }: { saga: Saga }) {
  const { state, stuckReason, ending, reason, failedStep, isOrderEnded, request } = saga;
  const isUndoing = state === "COMPENSATING" || state === "STUCK";
  const facts = words.facts;
  return (
    <Facts
      of={{
        [words.state]: <Status tone={toneOf(state)}>{words.stateNames[state]}</Status>,
        [facts.why]: whyItWaits(saga),
        [facts.stuck]: stuckReason && facts.cause(stuckReason),
        [facts.reason]: reason && facts.cause(reason),
        [facts.failedStep]: failedStep && words.steps[failedStep],
        [facts.ending]: isUndoing && ending ? facts.endings[ending] : null,
        [facts.attempts]: request && facts.attemptsOf(request, saga.maxAttempts),
        [facts.note]: isOrderEnded && isUndoing && facts.ended,
      }}
    />
  );
}

/** When a saga has moved, and when it will. */
export function Times({ saga: { request, since, movedAt, startedAt } }: { saga: Saga }) {
  const facts = words.facts;
  return (
    <Facts
      of={{
        [facts.retryAt]: request?.retryAt && <When at={request.retryAt} />,
        [facts.deadline]: request?.deadline && <When at={request.deadline} />,
        [facts.asked]: request && <When at={request.askedAt} />,
        [facts.moved]: <When at={movedAt} />,
        [facts.since]: <When at={since} />,
        [facts.started]: <When at={startedAt} />,
      }}
    />
  );
}

function About({ saga: { orderId, orderNumber, customerId, totalAmount, currency } }: { saga: Saga }) {
  const person = useSession();
  const facts = words.facts;
  const events = "/console/events";
  return (
    <Facts
      of={{
        [facts.order]: hasRole(person, "admin") ? (
          <ConsoleLink to="/console/orders" filters={{ order: orderId }}>
            {orderNumber ?? orderId}
          </ConsoleLink>
        ) : (
          (orderNumber ?? orderId)
        ),
        [facts.whole]: <OrderLink orderId={orderId} />,
        [facts.sum]: <Money of={{ amount: totalAmount, currency }} />,
        [facts.customer]: <code>{customerId}</code>,
        [facts.events]: mayOpen(events, person?.roles ?? []) && (
          <ConsoleLink to={events} filters={{ stream: `saga-${orderId}` }}>
            {facts.eventsOf}
          </ConsoleLink>
        ),
      }}
    />
  );
}
