import type { Column } from "../../parts/Table";
import { audit as words } from "../../strings/console/audit";
import { events } from "../../strings/console/events";
import { Moment } from "../events/Moment";
import { FilterLink } from "../parts/FilterLink";
import { RowTable } from "../parts/RowTable";
import { Status } from "../parts/Status";
import css from "./Audit.module.css";
import { factsText } from "./facts";
import type { AuditedEvent } from "./queries";

type Props = { rows: readonly AuditedEvent[]; open: number | undefined };

/** Audited events, a row each; the position leads to the event. */
export function AuditTable({ rows, open }: Props) {
  const columns: Column<AuditedEvent>[] = [
    {
      head: events.position,
      cell: ({ position }) => (
        <FilterLink changes={{ event: String(position) }} aria-current={position === open || undefined}>
          {position.toLocaleString("en")}
        </FilterLink>
      ),
    },
    { head: events.recorded, cell: ({ recordedAt }) => <Moment at={recordedAt} /> },
    { head: events.type, cell: ({ type }) => <code className={css.type}>{type}</code> },
    { head: words.outcome, cell: ({ outcome }) => <OutcomeWord of={outcome} /> },
    { head: words.who, cell: ({ actor }) => <span className={css.by}>{actorText(actor)}</span> },
    { head: words.what, cell: ({ facts }) => <span className={css.what}>{factsText(facts)}</span> },
  ];
  return <RowTable caption={words.caption} columns={columns} rows={rows} keyOf={({ position }) => String(position)} />;
}

/** Whether something succeeded, in a word. */
export function OutcomeWord({ of: outcome }: { of: AuditedEvent["outcome"] }) {
  if (!outcome) return events.unread;
  return <Status tone={outcome === "failure" ? "failed" : "done"}>{words.outcomes[outcome]}</Status>;
}

function actorText(actor: AuditedEvent["actor"]): string {
  const type = actor?.type;
  if (!type) return events.unread;
  return (events.actors as Readonly<Record<string, string>>)[type] ?? type;
}
