import { useInfiniteQuery } from "@tanstack/react-query";
import { Notice } from "../../parts/Notice";
import { Loading, Skeleton } from "../../parts/Skeleton";
import { events as words } from "../../strings/console/events";
import { Empty } from "../parts/Empty";
import { Further } from "../parts/Further";
import { useFilters } from "../parts/filters";
import css from "./Events.module.css";
import { EventTable } from "./EventTable";
import { useLiveLog } from "./live";
import { type EventPage, eventFilters, eventsQuery, type LoggedEvent } from "./queries";
import { Refused } from "./Refused";

/** What was found in the log, with the way further back; while following, before it what is recorded meanwhile. */
export function EventList() {
  const [filters] = useFilters();
  const query = useInfiniteQuery(eventsQuery(filters));
  if (!query.data) {
    if (query.isError) return <Refused error={query.error} onRetry={() => void query.refetch()} />;
    return (
      <Loading>
        <Skeleton shape="block" />
      </Loading>
    );
  }
  const { pages } = query.data;
  const found = pages.flatMap(({ items }) => items);
  return (
    <div className={css.list}>
      {filters.follow ? (
        <Followed found={found} after={pages[0]?.head ?? 0} />
      ) : (
        <Rows rows={found} isEnd={!query.hasNextPage} />
      )}
      <Further query={query} more={words.more}>
        <p>{words.looked(found.length, ...spanOf(pages))}</p>
      </Further>
    </div>
  );
}

function Followed({ found, after }: { found: readonly LoggedEvent[]; after: number }) {
  const [filters] = useFilters();
  const live = useLiveLog(eventFilters(filters), after);
  const shown = new Set(live.events.map(({ position }) => position));
  return (
    <>
      <p className={css.live}>{live.isCutOff ? words.cutOff : words.following(live.until)}</p>
      {live.gap && (
        <Notice kind="waiting" title={words.tooFast(live.gap.after, live.gap.until)}>
          <p>{words.tooFastNext}</p>
        </Notice>
      )}
      <Rows rows={[...live.events, ...found.filter(({ position }) => !shown.has(position))]} isEnd={false} />
    </>
  );
}

function Rows({ rows, isEnd }: { rows: readonly LoggedEvent[]; isEnd: boolean }) {
  const [filters] = useFilters();
  if (rows.length > 0) return <EventTable rows={rows} open={filters.event ? Number(filters.event) : undefined} />;
  return (
    <Empty>
      <p>{isEnd ? words.nothing : words.nothingYet}</p>
      {isEnd && <p>{words.nothingNext}</p>}
    </Empty>
  );
}

/** The lowest and the highest position that was looked at; 0 and 0 where none was. */
function spanOf(pages: readonly EventPage[]): [number, number] {
  const looked = pages.filter(({ lookedAt }) => lookedAt > 0);
  if (looked.length === 0) return [0, 0];
  return [Math.min(...looked.map(({ first }) => first)), Math.max(...looked.map(({ last }) => last))];
}
