import { Icon } from "../parts/Icon";
import { moneyText } from "../parts/money";
import { catalogue } from "../strings/catalogue";
import css from "./ActiveFilters.module.css";
import { FilterLink } from "./FilterLink";
import type { Filters } from "./filters";

type Chip = { label: string; without: Filters };

/** What narrows the list, each with a way to take it away. */
export function ActiveFilters({ filters }: { filters: Filters }) {
  const chips = chipsOf(filters);
  if (chips.length === 0) return null;
  const none = chips.reduce((all, { without }) => Object.assign(all, without), {} as Filters);
  return (
    <ul className={css.chips} aria-label={catalogue.active}>
      {chips.map(({ label, without }) => (
        <li key={label}>
          <FilterLink filters={filters} change={without} className={css.chip} aria-label={catalogue.without(label)}>
            {label}
            <Icon name="close" size={16} />
          </FilterLink>
        </li>
      ))}
      {chips.length > 1 && (
        <li>
          <FilterLink filters={filters} change={none} className={css.clear}>
            {catalogue.clear}
          </FilterLink>
        </li>
      )}
    </ul>
  );
}

function chipsOf(filters: Filters): Chip[] {
  const { department, category, brand, stars, stock } = filters;
  const chips: (Chip | false | undefined | "" | 0)[] = [
    department && { label: department, without: { department: undefined, category: undefined } },
    category && { label: category, without: { category: undefined } },
    brand && { label: brand, without: { brand: undefined } },
    priceChip(filters),
    stars && { label: catalogue.stars(stars), without: { stars: undefined } },
    stock && { label: catalogue.inStock, without: { stock: undefined } },
  ];
  return chips.filter((chip) => typeof chip === "object");
}

function priceChip({ min, max, currency = "USD" }: Filters): Chip | undefined {
  if (min === undefined && max === undefined) return undefined;
  const text = (amount: number | undefined) => (amount === undefined ? undefined : moneyText({ amount, currency }));
  const label = catalogue.chips.price(text(min), text(max));
  return { label, without: { min: undefined, max: undefined, currency: undefined } };
}
