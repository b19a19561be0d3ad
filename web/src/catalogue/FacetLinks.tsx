import { useId, useState } from "react";
import { Icon } from "../parts/Icon";
import { catalogue } from "../strings/catalogue";
import { FilterLink } from "./FilterLink";
import css from "./FilterPanel.module.css";
import type { Filters } from "./filters";

export type FacetValue = { label: string; count: number; isOn: boolean; change: Filters };

const FIRST = 8;

/** The values of one facet; long lists begin short. One that is on is taken away by choosing it again. */
export function FacetLinks({ title, filters, values }: { title: string; filters: Filters; values: FacetValue[] }) {
  const [isWhole, setWhole] = useState(false);
  const id = useId();
  if (values.length === 0) return null;
  const shown = isWhole ? values : values.filter((value, index) => index < FIRST || value.isOn);
  const rest = values.length - shown.length;
  return (
    <section aria-labelledby={id}>
      <h2 id={id} className={css.title}>
        {title}
      </h2>
      <ul>
        {shown.map(({ label, count, isOn, change }) => (
          <li key={label}>
            <FilterLink
              filters={filters}
              change={change}
              className={css.value}
              aria-current={isOn ? "true" : undefined}
            >
              <span className={css.box}>{isOn && <Icon name="check" size={14} />}</span>
              <span className={css.label}>{label}</span>
              <span className={css.count}>{count.toLocaleString("en")}</span>
            </FilterLink>
          </li>
        ))}
      </ul>
      {(rest > 0 || isWhole) && (
        <button type="button" className={css.more} onClick={() => setWhole(!isWhole)} aria-expanded={isWhole}>
          {isWhole ? catalogue.fewer : catalogue.more(rest)}
        </button>
      )}
    </section>
  );
}
