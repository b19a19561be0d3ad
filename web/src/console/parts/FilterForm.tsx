import type { FormEvent, ReactNode } from "react";
import { Button, buttonClass } from "../../parts/Button";
import { shell } from "../../strings/console/shell";
import css from "./FilterForm.module.css";
import { FilterLink } from "./FilterLink";
import { useFilters } from "./filters";

type Props = {
  /** The names of its fields, which are those of the filters. */
  names: readonly string[];
  /** Fields by their `name`, uncontrolled: what they show at first is in the address bar. */
  children: ReactNode;
};

/** The filters of a list: they count once they are submitted, and then stand in the address bar. */
export function FilterForm({ names, children }: Props) {
  const [filters, change] = useFilters();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const said = new FormData(event.currentTarget);
    change({ ...Object.fromEntries(names.map((name) => [name, String(said.get(name) ?? "").trim()])), page: null });
  };
  const current = names.map((name) => filters[name] ?? "").join("\n");
  return (
    <form key={current} className={css.form} onSubmit={submit}>
      {children}
      <div className={css.buttons}>
        <Button type="submit" look="primary">
          {shell.filter}
        </Button>
        {current.trim() && (
          <FilterLink
            changes={{ ...Object.fromEntries(names.map((name) => [name, null])), page: null }}
            className={buttonClass("plain")}
          >
            {shell.clear}
          </FilterLink>
        )}
      </div>
    </form>
  );
}
