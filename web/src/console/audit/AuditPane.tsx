import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { audit as words } from "../../strings/console/audit";
import { events } from "../../strings/console/events";
import { said } from "../../strings/events";
import { Moment } from "../events/Moment";
import { ConsoleLink } from "../parts/ConsoleLink";
import { Facts } from "../parts/Facts";
import { FilterLink } from "../parts/FilterLink";
import { useFilters } from "../parts/filters";
import { Part } from "../parts/Part";
import css from "./Audit.module.css";
import { OutcomeWord } from "./AuditTable";
import { ProofPart } from "./ProofPart";
import { type AuditedEvent, auditQuery } from "./queries";

/** One of the events that were found: what it says, who caused it from where, and the proof that it is in the log. */
export function AuditPane({ position }: { position: number }) {
  const [filters] = useFilters();
  const { data } = useInfiniteQuery(auditQuery(filters));
  const event = data?.pages.flatMap(({ items }) => items).find((each) => each.position === position);
  if (!event) return <p>{words.gone}</p>;
  return (
    <>
      <div>
        <p className={css.head}>
          <code className={css.name}>{event.type}</code> <OutcomeWord of={event.outcome} />
        </p>
        <p>{said[event.type] ? `${said[event.type]}.` : events.unknownType}</p>
      </div>
      <Recorded event={event} />
      <Part title={words.facts}>
        {Object.keys(event.facts).length > 0 ? <Facts of={asText(event.facts)} /> : <p>{words.noFacts}</p>}
      </Part>
      <LookOn event={event} />
      <ProofPart key={position} position={position} eventId={event.id ?? ""} />
    </>
  );
}

function Recorded({ event }: { event: AuditedEvent }) {
  const code = (text: string | null | undefined) => text && <code>{text}</code>;
  return (
    <Facts
      of={{
        [events.recorded]: <Moment at={event.recordedAt} />,
        [events.stream]: (
          <>
            {code(event.stream)}, {events.version(event.version)}
          </>
        ),
        [events.actor]: code(event.actor?.id),
        [words.client]: event.ip,
        [words.agent]: event.userAgent,
        [events.id]: code(event.id),
        [events.correlation]: code(event.correlationId),
      }}
    />
  );
}

const EVENTS_ONLY = { section: null, event: null, person: null, order: null, correlation: null, type: null };

function LookOn({ event: { actor, orderId, correlationId, position } }: { event: AuditedEvent }) {
  const person = actor?.type === "system" ? null : actor?.id;
  return (
    <Part title={words.lookOn}>
      <ul className={css.links}>
        {person && <Way changes={{ ...EVENTS_ONLY, person }}>{words.ofPerson}</Way>}
        {orderId && <Way changes={{ ...EVENTS_ONLY, section: "order", order: orderId }}>{words.ofOrder}</Way>}
        {correlationId && <Way changes={{ ...EVENTS_ONLY, correlation: correlationId }}>{words.ofRequest}</Way>}
        <li>
          <ConsoleLink to="/console/events" filters={{ event: String(position) }}>
            {words.inLog}
          </ConsoleLink>
        </li>
      </ul>
    </Part>
  );
}

function Way({ changes, children }: { changes: Readonly<Record<string, string | null>>; children: ReactNode }) {
  return (
    <li>
      <FilterLink changes={changes}>{children}</FilterLink>
    </li>
  );
}

function asText(facts: AuditedEvent["facts"]): Record<string, string> {
  return Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, String(value)]));
}
