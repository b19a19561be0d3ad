import type { Schema } from "../../api/client";
import { type Column, Table } from "../../parts/Table";
import { When } from "../../parts/When";
import { order as words } from "../../strings/console/order";
import { LetterTable, toLetter } from "../letters/LetterTable";
import type { Letter } from "../letters/letter";
import { Part } from "../parts/Part";

type Timer = Schema["WaitingTimer"];

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

/** What could not be handled of an order. */
export function Parking({ rows }: { rows: Letter[] }) {
  return (
    <Part title={words.parking} level={2}>
      {rows.length === 0 ? (
        <p>{words.nothingParked}</p>
      ) : (
        <LetterTable caption={words.parkingCaption} rows={rows} link={toLetter} isOfOneOrder />
      )}
    </Part>
  );
}
