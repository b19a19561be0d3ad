import type { InfiniteData, UseInfiniteQueryResult } from "@tanstack/react-query";
import type { Schema } from "../../api/client";
import { QueryState } from "../../app/QueryState";
import { Skeleton } from "../../parts/Skeleton";
import { letters as words } from "../../strings/console/letters";
import { shell } from "../../strings/console/shell";
import { Empty } from "../parts/Empty";
import { FilterLink } from "../parts/FilterLink";
import { Further } from "../parts/Further";
import { useFilters } from "../parts/filters";
import css from "./Letters.module.css";
import { LetterTable } from "./LetterTable";
import type { Letter } from "./letter";
import { letterFilters } from "./queries";

type Props = {
  query: UseInfiniteQueryResult<InfiniteData<Schema["DeadLetterPage"]>>;
  /** How many messages wait behind others, and are not in the list. */
  behind: number;
};

/** What was found, with the way to more of it. */
export function LetterList({ query, behind }: Props) {
  return (
    <QueryState query={query} loading={<Skeleton shape="block" />}>
      {({ pages }) => (
        <div className={css.list} aria-busy={query.isPlaceholderData || undefined}>
          <Rows rows={pages.flatMap(({ items }) => items)} />
          <Further query={query} more={words.more}>
            {behind > 0 && <p>{words.behind(behind)}</p>}
          </Further>
        </div>
      )}
    </QueryState>
  );
}

function Rows({ rows }: { rows: Letter[] }) {
  const [filters] = useFilters();
  if (rows.length === 0) return <Nothing isNarrowed={Object.keys(letterFilters(filters)).length > 0} />;
  return (
    <LetterTable
      caption={words.caption}
      rows={rows}
      link={({ id }, text) => (
        <FilterLink changes={{ letter: id }} aria-current={id === filters.letter || undefined}>
          {text}
        </FilterLink>
      )}
    />
  );
}

function Nothing({ isNarrowed }: { isNarrowed: boolean }) {
  return (
    <Empty>
      <p>{isNarrowed ? shell.none : words.none}</p>
      <p>{isNarrowed ? shell.noneNext : words.noneNext}</p>
    </Empty>
  );
}
