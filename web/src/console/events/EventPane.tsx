import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { Schema } from "../../api/client";
import { QueryState } from "../../app/QueryState";
import { useSession } from "../../app/session";
import { Skeleton } from "../../parts/Skeleton";
import { events as words } from "../../strings/console/events";
import { said } from "../../strings/events";
import { mayOpen } from "../pages";
import { ConsoleLink } from "../parts/ConsoleLink";
import { Facts } from "../parts/Facts";
import { Part } from "../parts/Part";
import { Chain } from "./Chain";
import css from "./Events.module.css";
import { Moment } from "./Moment";
import { categoryOf, subjectOf } from "./names";
import { eventQuery } from "./queries";
import { StoredForm } from "./StoredForm";

type Event = Schema["StoredForm"];

const EVENTS = "/console/events";
const OF_ORDER = new Set(["order", "saga", "payment", "shipment"]);
const OF_AGGREGATE = new Set([
  ...OF_ORDER,
  "address",
  "cart",
  "notification",
  "product",
  "review",
  "user",
  "warehouse",
]);

/** One event: what it says happened, what was recorded with it, its causes and effects, and its stored form. */
export function EventPane({ position }: { position: number }) {
  return (
    <QueryState query={useQuery(eventQuery(position))} loading={<Skeleton shape="block" />}>
      {(event) => (
        <>
          <div>
            <p>
              <code className={css.name}>{event.type}</code>
            </p>
            <p>{said[event.type] ? `${said[event.type]}.` : words.unknownType}</p>
          </div>
          <Recorded event={event} />
          <LookOn event={event} />
          <Chain position={position} />
          <StoredForm event={event} />
        </>
      )}
    </QueryState>
  );
}

function Recorded({ event }: { event: Event }) {
  const code = (text: string | null | undefined) => text && <code>{text}</code>;
  return (
    <Facts
      of={{
        [words.recorded]: <Moment at={event.recordedAt} />,
        [words.stream]: (
          <>
            {code(event.stream)}, {words.version(event.version)}
          </>
        ),
        [words.actor]: event.actor && <Actor of={event.actor} />,
        [words.publishedTo]: event.topics.join(", ") || words.unpublished,
        [words.id]: code(event.id),
        [words.cause]: code(event.causationId),
        [words.correlation]: code(event.correlationId),
        [words.request]: code(event.requestId),
        [words.subject]: code(event.subjectId),
      }}
    />
  );
}

function Actor({ of: { type, id } }: { of: Schema["LoggedActor"] }) {
  const kind = type && ((words.actors as Readonly<Record<string, string>>)[type] ?? type);
  if (!id || type === "system") return kind;
  return (
    <>
      {kind}, <code>{id}</code>
    </>
  );
}

/** The ways on from an event: what is recorded of the same thing, and the page that shows the thing. */
function LookOn({ event }: { event: Event }) {
  return (
    <Part title={words.leadsTo}>
      <ul className={css.links}>
        {waysOn(event).map(([text, to, filters]) => (
          <Way key={text} to={to}>
            <ConsoleLink to={to} filters={filters}>
              {text}
            </ConsoleLink>
          </Way>
        ))}
      </ul>
    </Part>
  );
}

function Way({ to, children }: { to: string; children: ReactNode }) {
  const person = useSession();
  return mayOpen(to, person?.roles ?? []) ? <li>{children}</li> : null;
}

function waysOn({ stream, version, correlationId }: Event): [string, string, Record<string, string>][] {
  const ways: [string, string, Record<string, string>][] = [[words.ofStream, EVENTS, { stream }]];
  if (OF_AGGREGATE.has(categoryOf(stream))) {
    ways.push([words.asItWas, "/console/time-travel", { of: stream, version: String(version) }]);
  }
  if (correlationId) ways.push([words.ofCorrelation, EVENTS, { correlation: correlationId }]);
  if (OF_ORDER.has(categoryOf(stream))) {
    const order = subjectOf(stream);
    ways.push([words.ofOrder, EVENTS, { order }], [words.theOrder, "/console/orders", { order }]);
  }
  return ways;
}
