import { useQuery } from "@tanstack/react-query";
import { QueryState } from "../../app/QueryState";
import { Skeleton } from "../../parts/Skeleton";
import { type Column, Table } from "../../parts/Table";
import { order as words } from "../../strings/console/order";
import { Moment } from "../events/Moment";
import type { LoggedEvent } from "../events/queries";
import { ConsoleLink } from "../parts/ConsoleLink";
import { Part } from "../parts/Part";
import css from "./Order.module.css";
import { orderLogQuery } from "./queries";

/** The events of an order, the oldest first, each with the way to all that is known of it. */
export function OrderLog({ orderId }: { orderId: string }) {
  const columns: Column<LoggedEvent>[] = [
    {
      head: words.position,
      cell: ({ position }) => (
        <ConsoleLink to="/console/events" filters={{ event: String(position) }}>
          {position.toLocaleString("en")}
        </ConsoleLink>
      ),
    },
    { head: words.at, cell: ({ recordedAt }) => <Moment at={recordedAt} /> },
    { head: words.type, cell: ({ type }) => <code className={css.type}>{type}</code> },
    { head: words.stream, cell: ({ stream }) => <code>{stream.split("-", 1)[0]}</code> },
  ];
  return (
    <Part title={words.log} level={2}>
      <QueryState query={useQuery(orderLogQuery(orderId))} loading={<Skeleton shape="block" />}>
        {({ items, next }) => (
          <div className={css.log}>
            <Table
              caption={words.logCaption}
              columns={columns}
              rows={items}
              keyOf={({ position }) => String(position)}
              dense
            />
            {next && <p>{words.logMore}</p>}
            <ConsoleLink to="/console/events" filters={{ order: orderId }}>
              {words.allEvents}
            </ConsoleLink>
          </div>
        )}
      </QueryState>
    </Part>
  );
}
