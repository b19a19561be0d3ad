import { useQuery } from "@tanstack/react-query";
import { QueryState } from "../../app/QueryState";
import { Skeleton } from "../../parts/Skeleton";
import { events as found } from "../../strings/console/events";
import { replay as words } from "../../strings/console/replay";
import { said } from "../../strings/events";
import { ChoiceFilter, TextFilter } from "../parts/FilterFields";
import { FilterForm } from "../parts/FilterForm";
import { useFilters } from "../parts/filters";
import { ListPage } from "../parts/ListPage";
import { Player } from "./Player";
import { replayQuery } from "./queries";

const NAMES = ["order", "stream", "type", "correlation", "since", "after", "speed"];

/** A part of the log, played as it happened: which events, and how fast, stands in the address bar. */
export function ReplayPage() {
  const [filters] = useFilters();
  const { queryKey } = replayQuery(filters);
  const query = useQuery(replayQuery(filters));
  return (
    <ListPage
      title={words.title}
      filters={<ReplayFilters />}
      list={
        <QueryState query={query} loading={<Skeleton shape="block" />}>
          {(replayed) => <Player key={JSON.stringify(queryKey)} replayed={replayed} speed={speedOf(filters.speed)} />}
        </QueryState>
      }
    />
  );
}

function ReplayFilters() {
  return (
    <FilterForm names={NAMES}>
      <TextFilter label={found.order} name="order" placeholder={found.orderHint} />
      <TextFilter label={found.stream} name="stream" placeholder={found.streamHint} />
      <TextFilter
        label={found.type}
        name="type"
        placeholder={found.typeHint}
        list="replayed-types"
        autoComplete="off"
      />
      <datalist id="replayed-types">
        {Object.keys(said).map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <TextFilter label={found.correlation} name="correlation" placeholder={found.correlationHint} />
      <TextFilter label={found.since} name="since" type="datetime-local" step={1} />
      <TextFilter label={words.after} name="after" inputMode="numeric" pattern="[0-9]*" />
      <ChoiceFilter label={words.speed} name="speed" choices={words.speeds} none={words.atOnce} />
    </FilterForm>
  );
}

function speedOf(chosen: string | undefined): number {
  return chosen && chosen in words.speeds ? Number(chosen) : Number.POSITIVE_INFINITY;
}
