import { sagas as words } from "../../strings/console/sagas";
import { ChoiceFilter } from "../parts/FilterFields";
import { FilterForm } from "../parts/FilterForm";

/** Narrows sagas to the step that runs, and to those that have not moved for a time. */
export function SagaFilters() {
  return (
    <FilterForm names={["step", "staleFor"]}>
      <ChoiceFilter label={words.step} name="step" choices={words.steps} />
      <ChoiceFilter label={words.staleFor} name="staleFor" choices={words.staleChoices} />
    </FilterForm>
  );
}
