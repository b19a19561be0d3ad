import { useQuery } from "@tanstack/react-query";
import type { Schema } from "../../api/client";
import { QueryState } from "../../app/QueryState";
import { Skeleton } from "../../parts/Skeleton";
import { type Column, Table } from "../../parts/Table";
import { whatif as words } from "../../strings/console/whatif";
import { ConsoleLink } from "../parts/ConsoleLink";
import { useFilters } from "../parts/filters";
import { stepsQuery } from "./queries";
import { Span } from "./Span";
import css from "./WhatIf.module.css";

type Order = Schema["FulfilledOrder"];

const COLUMNS: Column<Order>[] = [
  {
    head: words.orderColumn,
    cell: ({ orderId }) => (
      <ConsoleLink to="/console/time-travel" filters={{ of: `saga-${orderId}` }}>
        {orderId}
      </ConsoleLink>
    ),
  },
  { head: words.ended, cell: ({ state }) => state },
  {
    head: words.wouldEnd,
    cell: ({ candidateState, unknown }) => (unknown ? words.unknownFrom(unknown) : candidateState),
  },
];

/** How orders would have gone had another step come first. */
export function Stepped() {
  const [filters] = useFilters();
  return (
    <QueryState query={useQuery(stepsQuery(filters))} loading={<Skeleton shape="block" />}>
      {({ span, orders, changed, unknown, refundsAvoided, chargesAdded, shown }) => (
        <div className={css.found}>
          <Span of={span} />
          <p>
            {words.told(orders, changed, unknown)} {words.money(refundsAvoided, chargesAdded)}
          </p>
          {shown.length > 0 && (
            <Table caption={words.gone} columns={COLUMNS} rows={shown} keyOf={({ orderId }) => orderId} dense />
          )}
        </div>
      )}
    </QueryState>
  );
}
