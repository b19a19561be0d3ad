import { Button } from "../../parts/Button";
import { events as words } from "../../strings/console/events";
import { useFilters } from "../parts/filters";
import { ListPage } from "../parts/ListPage";
import { EventFilters } from "./EventFilters";
import { EventList } from "./EventList";
import { EventPane } from "./EventPane";
import { eventFilters } from "./queries";

/** The event explorer: what the log has, found by what events are; one of them open, or all of them as they come. */
export function EventsPage() {
  const [filters] = useFilters();
  const position = positionOf(filters.event);
  return (
    <ListPage
      title={words.title}
      actions={<FollowSwitch />}
      filters={<EventFilters />}
      list={<EventList key={JSON.stringify([eventFilters(filters), filters.follow])} />}
      pane={
        position
          ? {
              id: String(position),
              title: words.pane(position),
              filter: "event",
              content: <EventPane position={position} />,
            }
          : undefined
      }
    />
  );
}

function FollowSwitch() {
  const [filters, change] = useFilters();
  const isOn = Boolean(filters.follow);
  return (
    <Button
      look={isOn ? "primary" : "secondary"}
      aria-pressed={isOn}
      onClick={() => change({ follow: isOn ? null : "1" })}
    >
      {words.follow}
    </Button>
  );
}

function positionOf(said: string | undefined): number | undefined {
  const position = Number(said);
  return Number.isSafeInteger(position) && position > 0 ? position : undefined;
}
