import type { Column } from "../../parts/Table";
import { events as words } from "../../strings/console/events";
import { FilterLink } from "../parts/FilterLink";
import { RowTable } from "../parts/RowTable";
import css from "./Events.module.css";
import { Moment } from "./Moment";
import { shortStream } from "./names";
import type { LoggedEvent } from "./queries";

type Props = { rows: readonly LoggedEvent[]; open: number | undefined };

/** Events, a row each; the position leads to the event. */
export function EventTable({ rows, open }: Props) {
  const columns: Column<LoggedEvent>[] = [
    {
      head: words.position,
      cell: (event) => <PositionLink of={event} isOpen={event.position === open} />,
    },
    { head: words.recorded, cell: ({ recordedAt }) => <Moment at={recordedAt} /> },
    { head: words.type, cell: ({ type }) => <code className={css.type}>{type}</code> },
    { head: words.stream, cell: ({ stream }) => <code title={stream}>{shortStream(stream)}</code> },
    { head: words.actor, cell: ({ actor }) => actorText(actor) },
  ];
  return <RowTable caption={words.caption} columns={columns} rows={rows} keyOf={({ position }) => String(position)} />;
}

function PositionLink({ of: { position }, isOpen }: { of: LoggedEvent; isOpen: boolean }) {
  return (
    <FilterLink changes={{ event: String(position) }} aria-current={isOpen || undefined}>
      {position.toLocaleString("en")}
    </FilterLink>
  );
}

function actorText(actor: LoggedEvent["actor"]): string {
  const type = actor?.type;
  if (!type) return words.unread;
  return (words.actors as Readonly<Record<string, string>>)[type] ?? type;
}
