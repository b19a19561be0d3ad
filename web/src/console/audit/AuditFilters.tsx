import { audit as words } from "../../strings/console/audit";
import { events } from "../../strings/console/events";
import { ChoiceFilter, TextFilter } from "../parts/FilterFields";
import { FilterForm } from "../parts/FilterForm";
import { TypeFilter } from "../parts/TypeFilter";
import type { Section } from "./queries";

const PERIOD = ["since", "until"];
const NAMES = ["person", "order", "type", "correlation", "outcome", "address", ...PERIOD];

/** What a section is narrowed to. */
export function AuditFilters({ section }: { section: Section }) {
  switch (section) {
    case "events":
      return <EventFilters />;
    case "order":
      return (
        <FilterForm names={["order"]}>
          <TextFilter label={events.order} name="order" placeholder={events.orderHint} />
        </FilterForm>
      );
    case "security":
      return (
        <FilterForm names={PERIOD}>
          <Period />
        </FilterForm>
      );
    case "report":
      return (
        <FilterForm names={["first", "last"]}>
          <TextFilter label={words.first} name="first" type="date" />
          <TextFilter label={words.last} name="last" type="date" />
        </FilterForm>
      );
  }
}

function EventFilters() {
  return (
    <FilterForm names={NAMES}>
      <TextFilter label={words.person} name="person" placeholder={words.personHint} />
      <TextFilter label={events.order} name="order" placeholder={events.orderHint} />
      <TypeFilter />
      <ChoiceFilter label={words.outcome} name="outcome" choices={words.outcomes} />
      <TextFilter label={words.address} name="address" placeholder={words.addressHint} />
      <TextFilter label={events.correlation} name="correlation" placeholder={events.correlationHint} />
      <Period />
    </FilterForm>
  );
}

function Period() {
  return (
    <>
      <TextFilter label={events.since} name="since" type="datetime-local" step={1} />
      <TextFilter label={words.until} name="until" type="datetime-local" step={1} />
    </>
  );
}
