import { Table } from "../parts/Table";
import { When } from "../parts/When";
import { order as words } from "../strings/order";
import css from "./Events.module.css";
import type { Happening } from "./queries";

/** The events that the story is told from, as they are in the log. */
export function Events({ timeline }: { timeline: readonly Happening[] }) {
  const rows = timeline.map((each, number) => ({ ...each, number: number + 1 }));
  return (
    <details className={css.events}>
      <summary className={css.summary}>
        {words.events.title} <span className={css.count}>{words.events.of(rows.length)}</span>
      </summary>
      <p className={css.why}>{words.events.text}</p>
      <Table
        caption={words.events.title}
        dense
        rows={rows}
        keyOf={({ number }) => String(number)}
        columns={[
          { head: "Event", cell: ({ type }) => <code>{type}</code> },
          { head: "What", cell: ({ title }) => title },
          { head: "With", cell: ({ details }) => <Details of={details} /> },
          { head: "Position", cell: ({ position }) => position ?? "", figures: true },
          { head: "When", cell: ({ at }) => <When at={at} /> },
        ]}
      />
    </details>
  );
}

function Details({ of }: { of: Happening["details"] }) {
  const entries = Object.entries(of ?? {});
  return (
    <ul className={css.details}>
      {entries.map(([name, value]) => (
        <li key={name}>
          <code>
            {name}: {typeof value === "string" ? value : JSON.stringify(value)}
          </code>
        </li>
      ))}
    </ul>
  );
}
