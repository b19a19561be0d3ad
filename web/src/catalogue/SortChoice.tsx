import { places } from "../app/places";
import { useGo } from "../app/use-go";
import { catalogue } from "../strings/catalogue";
import { changeFilters, type Filters, SORTS, type Sort, sortOf } from "./filters";
import css from "./SortChoice.module.css";

/** In which order the list is. */
export function SortChoice({ filters }: { filters: Filters }) {
  const go = useGo();
  const choose = (sort: string) => go(places.products, { search: changeFilters(filters, { sort: sort as Sort }) });
  const sorts = SORTS.filter((sort) => sort !== "relevance" || filters.q);
  return (
    <label className={css.sort}>
      <span>{catalogue.sort}</span>
      <select className={css.select} value={sortOf(filters)} onChange={(event) => choose(event.target.value)}>
        {sorts.map((sort) => (
          <option key={sort} value={sort}>
            {catalogue.sorts[sort]}
          </option>
        ))}
      </select>
    </label>
  );
}
