import { events as words } from "../../strings/console/events";
import { ChoiceFilter, TextFilter } from "../parts/FilterFields";
import { FilterForm } from "../parts/FilterForm";
import { TypeFilter } from "../parts/TypeFilter";

const NAMES = ["order", "stream", "type", "topic", "actor", "correlation", "since"];

/** Finds events by order, stream, name, topic, who caused them, correlation and time. */
export function EventFilters() {
  return (
    <FilterForm names={NAMES}>
      <TextFilter label={words.order} name="order" placeholder={words.orderHint} />
      <TextFilter label={words.stream} name="stream" placeholder={words.streamHint} />
      <TypeFilter />
      <ChoiceFilter label={words.topic} name="topic" choices={words.topics} />
      <ChoiceFilter label={words.actor} name="actor" choices={words.actors} />
      <TextFilter label={words.correlation} name="correlation" placeholder={words.correlationHint} />
      <TextFilter label={words.since} name="since" type="datetime-local" step={1} />
    </FilterForm>
  );
}
