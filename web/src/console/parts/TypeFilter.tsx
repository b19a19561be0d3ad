import { useId } from "react";
import { events as words } from "../../strings/console/events";
import { said } from "../../strings/events";
import { TextFilter } from "./FilterFields";

/** The filter by the type of an event, which suggests the types that there are. */
export function TypeFilter() {
  const names = useId();
  return (
    <>
      <TextFilter label={words.type} name="type" placeholder={words.typeHint} list={names} autoComplete="off" />
      <datalist id={names}>
        {Object.keys(said).map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </>
  );
}
