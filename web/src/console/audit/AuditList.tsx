import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Problem } from "../../api/problems";
import { Loading, Skeleton } from "../../parts/Skeleton";
import { audit as words } from "../../strings/console/audit";
import { events } from "../../strings/console/events";
import { Refused } from "../events/Refused";
import { Empty } from "../parts/Empty";
import { Further } from "../parts/Further";
import { useFilters } from "../parts/filters";
import css from "./Audit.module.css";
import { AuditTable } from "./AuditTable";
import { auditQuery, sectionOf } from "./queries";

/** What was found, with the way further. */
export function AuditList() {
  const [filters] = useFilters();
  const query = useInfiniteQuery(auditQuery(filters));
  if (sectionOf(filters) === "order" && !filters.order) {
    return <Nothing text={words.orderWanted} next={words.orderWantedNext} />;
  }
  if (!query.data) {
    if (query.isError) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
    return (
      <Loading>
        <Skeleton shape="block" />
      </Loading>
    );
  }
  const { pages } = query.data;
  const found = pages.flatMap(({ items }) => items);
  const looked = pages.reduce((sum, { lookedAt }) => sum + lookedAt, 0);
  return (
    <div className={css.list}>
      {found.length > 0 ? (
        <AuditTable rows={found} open={Number(filters.event) || undefined} />
      ) : (
        <Nothing
          text={query.hasNextPage ? events.nothingYet : events.nothing}
          next={!query.hasNextPage && events.nothingNext}
        />
      )}
      <Further query={query} more={words.more}>
        <p>{words.looked(found.length, looked)}</p>
      </Further>
    </div>
  );
}

function Nothing({ text, next }: { text: string; next: ReactNode }) {
  return (
    <Empty>
      <p>{text}</p>
      {next && <p>{next}</p>}
    </Empty>
  );
}

function Failed({ error, onRetry }: { error: Error; onRetry: () => void }) {
  if (error instanceof Problem && error.code === "not_found") {
    return <Nothing text={words.noOrder} next={words.noOrderNext} />;
  }
  return <Refused error={error} onRetry={onRetry} />;
}
