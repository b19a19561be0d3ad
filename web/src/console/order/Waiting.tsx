import type { Schema } from "../../api/client";
import { type Column, Table } from "../../parts/Table";
import { When } from "../../parts/When";
import { order as words } from "../../strings/console/order";
import { ConsoleLink } from "../parts/ConsoleLink";
import { Part } from "../parts/Part";

type Timer = Schema["WaitingTimer"];
type Parked = Schema["WaitingMessage"];

/** The timers that are set for an order. */
export function Timers({ rows }: { rows: Timer[] }) {
  const columns: Column<Timer>[] = [
    { head: words.timer, cell: ({ kind }) => words.kinds[kind] ?? kind },
    { head: words.due, cell: ({ dueAt }) => <When at={dueAt} /> },
    { head: words.attempts, figures: true, cell: ({ attempts }) => attempts.toLocaleString("en") },
  ];
  return (
    <Part title={words.timers} level={2}>
      {rows.length === 0 ? (
        <p>{words.noTimers}</p>
      ) : (
        <Table
          caption={words.timersCaption}
          columns={columns}
          rows={rows}
          keyOf={({ kind, token }) => `${kind} ${token}`}
          dense
        />
      )}
    </Part>
  );
}

/** The messages of an order that a consumer could not handle yet. */
export function Parking({ rows }: { rows: Parked[] }) {
  const columns: Column<Parked>[] = [
    { head: words.consumer, cell: ({ consumer }) => consumer },
    {
      head: words.position,
      cell: ({ position }) => (
        <ConsoleLink to="/console/events" filters={{ event: String(position) }}>
          {position.toLocaleString("en")}
        </ConsoleLink>
      ),
    },
    { head: words.cause, cell: ({ cause }) => <code>{cause}</code> },
    { head: words.attempts, figures: true, cell: ({ attempts }) => attempts.toLocaleString("en") },
    { head: words.retryAt, cell: ({ retryAt }) => <When at={retryAt} /> },
  ];
  return (
    <Part title={words.parking} level={2}>
      {rows.length === 0 ? (
        <p>{words.nothingParked}</p>
      ) : (
        <Table
          caption={words.parkingCaption}
          columns={columns}
          rows={rows}
          keyOf={({ consumer, position }) => `${consumer} ${position}`}
          dense
        />
      )}
    </Part>
  );
}
