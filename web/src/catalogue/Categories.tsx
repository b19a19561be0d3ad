import type { Schema } from "../api/client";
import { catalogue } from "../strings/catalogue";
import css from "./Categories.module.css";
import { FilterLink } from "./FilterLink";
import type { Filters } from "./filters";

/** The categories of a department, where the filters are in a sheet: one line that scrolls to the side. */
export function Categories({ filters, found }: { filters: Filters; found: Schema["Products"] | undefined }) {
  if (!filters.department || filters.category) return null;
  return (
    <nav aria-label={catalogue.categories} className={css.categories}>
      <ul>
        {found?.facets.categories.map(({ value }) => (
          <li key={String(value)}>
            <FilterLink filters={filters} change={{ category: String(value) }} className={css.category}>
              {value}
            </FilterLink>
          </li>
        ))}
      </ul>
    </nav>
  );
}
