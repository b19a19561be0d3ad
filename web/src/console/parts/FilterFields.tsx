import type { ComponentProps } from "react";
import { Field } from "../../parts/Field";
import field from "../../parts/Field.module.css";
import { shell } from "../../strings/console/shell";
import { useFilters } from "./filters";

type Named = { label: string; name: string };

/** A filter that is typed; every filter may be empty. */
export function TextFilter({ label, name, ...input }: Named & ComponentProps<"input">) {
  const [filters] = useFilters();
  return (
    <Field label={label}>
      {(wiring) => <input {...input} {...wiring} name={name} defaultValue={filters[name]} className={field.control} />}
    </Field>
  );
}

type Choices = { choices: Readonly<Record<string, string>>; none?: string };

/** A filter that is one of several, each with its words, or none of them. */
export function ChoiceFilter({ label, name, choices, none = shell.all }: Named & Choices) {
  const [filters] = useFilters();
  return (
    <Field label={label}>
      {(wiring) => (
        <select {...wiring} name={name} defaultValue={filters[name] ?? ""} className={field.control}>
          <option value="">{none}</option>
          {Object.entries(choices).map(([value, text]) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
