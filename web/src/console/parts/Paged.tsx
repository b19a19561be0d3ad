import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { QueryState } from "../../app/QueryState";
import { Pagination } from "../../parts/Pagination";
import { Skeleton } from "../../parts/Skeleton";
import { shell } from "../../strings/console/shell";
import { Empty } from "./Empty";
import { FilterLink } from "./FilterLink";
import { pageOf, useFilters } from "./filters";
import css from "./Paged.module.css";

/** Rows of one page of a list. */
export const PAGE_SIZE = 25;

type Listed<Row> = { items: Row[]; total: number };
type Props<Row> = {
  query: UseQueryResult<Listed<Row>>;
  /** What there is to say, and to do, where the list is empty. */
  empty?: ReactNode;
  children: (rows: Row[]) => ReactNode;
};

/** One page of a list, with the way to the others; loading, failed or empty, it says so. */
export function Paged<Row>({ query, empty, children }: Props<Row>) {
  return (
    <QueryState query={query} loading={<RowSkeletons />}>
      {({ items, total }) => (
        <div className={css.paged} aria-busy={query.isPlaceholderData || undefined}>
          {items.length > 0 ? children(items) : <Empty>{empty ?? <NothingLikeThis />}</Empty>}
          {total > 0 && <Pages total={total} />}
        </div>
      )}
    </QueryState>
  );
}

function Pages({ total }: { total: number }) {
  const [filters] = useFilters();
  return (
    <Pagination
      total={total}
      size={PAGE_SIZE}
      page={pageOf(filters)}
      link={(page, words, label, isCurrent) => (
        <FilterLink
          changes={{ page: page === 1 ? null : String(page) }}
          aria-label={label}
          aria-current={isCurrent ? "page" : undefined}
        >
          {words}
        </FilterLink>
      )}
    />
  );
}

function NothingLikeThis() {
  return (
    <>
      <p>{shell.none}</p>
      <p>{shell.noneNext}</p>
    </>
  );
}

function RowSkeletons() {
  return (
    <div className={css.skeletons}>
      {Array.from({ length: 8 }, (_, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: places are all alike
        <Skeleton key={place} />
      ))}
    </div>
  );
}
