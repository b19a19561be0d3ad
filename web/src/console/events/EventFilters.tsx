import { useId } from "react";
import { events as words } from "../../strings/console/events";
import { said } from "../../strings/events";
import { ChoiceFilter, TextFilter } from "../parts/FilterFields";
import { FilterForm } from "../parts/FilterForm";

const NAMES = ["order", "stream", "type", "topic", "actor", "correlation", "since"];

/** Finds events by order, stream, name, topic, who caused them, correlation and time. */
export function EventFilters() {
  const names = useId();
  return (
    <FilterForm names={NAMES}>
      <TextFilter label={words.order} name="order" placeholder={words.orderHint} />
      <TextFilter label={words.stream} name="stream" placeholder={words.streamHint} />
      <TextFilter label={words.type} name="type" placeholder={words.typeHint} list={names} autoComplete="off" />
      <datalist id={names}>
        {Object.keys(said).map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <ChoiceFilter label={words.topic} name="topic" choices={words.topics} />
      <ChoiceFilter label={words.actor} name="actor" choices={words.actors} />
      <TextFilter label={words.correlation} name="correlation" placeholder={words.correlationHint} />
      <TextFilter label={words.since} name="since" type="datetime-local" step={1} />
    </FilterForm>
  );
}
