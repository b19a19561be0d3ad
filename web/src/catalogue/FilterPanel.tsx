import type { Schema } from "../api/client";
import { catalogue } from "../strings/catalogue";
import { FacetLinks } from "./FacetLinks";
import css from "./FilterPanel.module.css";
import type { Filters } from "./filters";
import { PriceFilter } from "./PriceFilter";

type Props = { filters: Filters; found: Schema["Products"] };

/** What the list can be narrowed to, each with how many products there would be. */
export function FilterPanel({ filters, found: { facets, items } }: Props) {
  const named = (name: "department" | "category" | "brand", values: Schema["FacetCount"][]) =>
    values.map(({ value, count }) => ({
      label: String(value),
      count,
      isOn: filters[name] === value,
      change: { [name]: filters[name] === value ? undefined : String(value) },
    }));
  return (
    <div className={css.panel}>
      <FacetLinks title={catalogue.department} filters={filters} values={named("department", facets.departments)} />
      {(filters.department || filters.q) && (
        <FacetLinks title={catalogue.category} filters={filters} values={named("category", facets.categories)} />
      )}
      <FacetLinks title={catalogue.brand} filters={filters} values={named("brand", facets.brands)} />
      <PriceFilter key={`${filters.min} ${filters.max}`} filters={filters} currency={items[0]?.price.currency} />
      <FacetLinks title={catalogue.rating} filters={filters} values={ratings(filters, facets.ratings)} />
      <FacetLinks title={catalogue.stock} filters={filters} values={stock(filters, facets.inStock)} />
    </div>
  );
}

function ratings({ stars }: Filters, values: Schema["FacetCount"][]) {
  return values
    .map(({ value, count }) => ({ value: Number(value), count }))
    .filter(({ value, count }) => value > 1 && (count > 0 || value === stars))
    .sort((one, other) => other.value - one.value)
    .map(({ value, count }) => ({
      label: catalogue.stars(value),
      count,
      isOn: stars === value,
      change: { stars: stars === value ? undefined : value },
    }));
}

function stock(filters: Filters, values: Schema["FacetCount"][]) {
  const count = values.find(({ value }) => value === true)?.count ?? 0;
  const isOn = filters.stock === "in";
  if (count === 0 && !isOn) return [];
  return [{ label: catalogue.inStock, count, isOn, change: { stock: isOn ? undefined : ("in" as const) } }];
}
