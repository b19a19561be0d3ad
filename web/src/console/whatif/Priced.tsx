import { useQuery } from "@tanstack/react-query";
import type { Schema } from "../../api/client";
import { QueryState } from "../../app/QueryState";
import { Money } from "../../parts/Money";
import { Skeleton } from "../../parts/Skeleton";
import { type Column, Table } from "../../parts/Table";
import { whatif as words } from "../../strings/console/whatif";
import { ConsoleLink } from "../parts/ConsoleLink";
import { useFilters } from "../parts/filters";
import { Part } from "../parts/Part";
import { pricingQuery } from "./queries";
import { Span } from "./Span";
import css from "./WhatIf.module.css";

type Sums = Schema["PricedCurrency"];
type Order = Schema["PricedOrder"];

/** What orders would have paid by other rules of tax and shipping. */
export function Priced() {
  const [filters] = useFilters();
  return (
    <QueryState query={useQuery(pricingQuery(filters))} loading={<Skeleton shape="block" />}>
      {({ span, currencies, orders }) => (
        <div className={css.found}>
          <Span of={span} />
          {currencies.length > 0 ? <Currencies rows={currencies} /> : <p>{words.noOrders}</p>}
          {currencies.some(({ undecided }) => undecided > 0) && <p className={css.soft}>{words.undecidedWhy}</p>}
          {currencies.length > 0 && <Orders rows={orders} />}
        </div>
      )}
    </QueryState>
  );
}

function Currencies({ rows }: { rows: readonly Sums[] }) {
  const columns: Column<Sums>[] = [
    { head: words.currency, cell: ({ currency }) => currency },
    { head: words.orders, cell: ({ orders }) => orders.toLocaleString("en"), figures: true },
    { head: words.changed, cell: ({ changed }) => changed.toLocaleString("en"), figures: true },
    { head: words.undecided, cell: ({ undecided }) => undecided.toLocaleString("en"), figures: true },
    { head: words.refused, cell: ({ refused }) => refused.toLocaleString("en"), figures: true },
    { head: words.recorded, cell: ({ total, currency }) => <Money of={{ amount: total, currency }} />, figures: true },
    {
      head: words.candidate,
      cell: (each) => <Amount low={each.candidateTotalLow} high={each.candidateTotalHigh} currency={each.currency} />,
      figures: true,
    },
  ];
  return <Table caption={words.byCurrency} columns={columns} rows={rows} keyOf={({ currency }) => currency} dense />;
}

function Orders({ rows }: { rows: readonly Order[] }) {
  const columns: Column<Order>[] = [
    {
      head: words.orderColumn,
      cell: ({ orderId, orderNumber }) => (
        <ConsoleLink to="/console/time-travel" filters={{ of: `orders/${orderId}` }}>
          {orderNumber}
        </ConsoleLink>
      ),
    },
    { head: words.recorded, cell: ({ total, currency }) => <Money of={{ amount: total, currency }} />, figures: true },
    {
      head: words.candidate,
      cell: ({ candidateTotal: { low, high }, currency }) => <Amount low={low} high={high} currency={currency} />,
      figures: true,
    },
  ];
  return (
    <Part title={words.mostChanged} level={2}>
      {rows.length > 0 ? (
        <Table caption={words.mostChanged} columns={columns} rows={rows} keyOf={({ orderId }) => orderId} dense />
      ) : (
        <p>{words.nothing}</p>
      )}
    </Part>
  );
}

function Amount({ low, high, currency }: { low: number; high: number; currency: string }) {
  return (
    <>
      <Money of={{ amount: low, currency }} />
      {high !== low && (
        <>
          {" – "}
          <Money of={{ amount: high, currency }} />
        </>
      )}
    </>
  );
}
