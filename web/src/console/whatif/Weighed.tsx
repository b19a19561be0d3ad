import { useQuery } from "@tanstack/react-query";
import type { Schema } from "../../api/client";
import { QueryState } from "../../app/QueryState";
import { Skeleton } from "../../parts/Skeleton";
import { type Column, Table } from "../../parts/Table";
import { whatif as words } from "../../strings/console/whatif";
import { useFilters } from "../parts/filters";
import { trendingQuery } from "./queries";
import { Span } from "./Span";
import css from "./WhatIf.module.css";

type Product = Schema["RankedProduct"];

const COLUMNS: Column<Product>[] = [
  { head: words.product, cell: ({ productId }) => <code>{productId}</code> },
  { head: words.rank, cell: ({ rank }) => rank ?? words.unranked, figures: true },
  { head: words.candidateRank, cell: ({ candidateRank }) => candidateRank ?? words.unranked, figures: true },
];

/** What would be trending by other weights. */
export function Weighed() {
  const [filters] = useFilters();
  return (
    <QueryState query={useQuery(trendingQuery(filters))} loading={<Skeleton shape="block" />}>
      {({ span, moved, products }) => (
        <div className={css.found}>
          <Span of={span} />
          <p>{moved > 0 ? words.moved(moved) : words.nothing}</p>
          {products.length > 0 && (
            <Table
              caption={words.ranked}
              columns={COLUMNS}
              rows={products}
              keyOf={({ productId }) => productId}
              dense
            />
          )}
        </div>
      )}
    </QueryState>
  );
}
