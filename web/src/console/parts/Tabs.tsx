import { FilterLink } from "./FilterLink";
import { useFilters } from "./filters";
import css from "./Tabs.module.css";

type Props = { label: string; name: string; first: string; others: Readonly<Record<string, string>> };

/** The parts of a list, one beside the other; the first is shown where the address names none. */
export function Tabs({ label, name, first, others }: Props) {
  const [filters] = useFilters();
  return (
    <nav aria-label={label} className={css.tabs}>
      {Object.entries({ "": first, ...others }).map(([value, text]) => (
        <FilterLink
          key={value}
          changes={{ [name]: value || null, page: null }}
          aria-current={(filters[name] ?? "") === value ? "page" : undefined}
        >
          {text}
        </FilterLink>
      ))}
    </nav>
  );
}
