import { places } from "../app/places";
import { ShopLink } from "../app/ShopLink";
import { buttonClass } from "../parts/Button";
import { catalogue } from "../strings/catalogue";
import { FilterLink } from "./FilterLink";
import { countFilters, type Filters } from "./filters";
import css from "./Nothing.module.css";

/** Nothing fits: the reason, and the way that most likely helps. */
export function Nothing({ filters }: { filters: Filters }) {
  const { nothing } = catalogue;
  const isNarrowed = countFilters(filters) > 0;
  return (
    <div className={css.nothing}>
      <h2>{nothing.title}</h2>
      <p>{isNarrowed || !filters.q ? nothing.filters : nothing.words(filters.q)}</p>
      {isNarrowed && filters.q ? (
        <FilterLink filters={{}} change={{ q: filters.q }} className={buttonClass()}>
          {nothing.clear}
        </FilterLink>
      ) : (
        <ShopLink to={places.products} className={buttonClass()}>
          {nothing.all}
        </ShopLink>
      )}
    </div>
  );
}
