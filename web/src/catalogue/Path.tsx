import { catalogue } from "../strings/catalogue";
import { FilterLink } from "./FilterLink";
import type { Filters } from "./filters";
import css from "./Path.module.css";

type Props = {
  filters: Pick<Filters, "department" | "category">;
  /** The last step leads somewhere too: the page is below it. */
  isAbove?: boolean;
};

/** Where in the catalogue one is: all products, the department, the category. */
export function Path({ filters: { department, category }, isAbove = false }: Props) {
  const steps: [string, Filters][] = [[catalogue.all, {}]];
  if (department) steps.push([department, { department }]);
  if (category) steps.push([category, { department, category }]);
  if (!isAbove) steps.pop();
  return (
    <nav aria-label={catalogue.path} className={css.path}>
      <ol>
        {steps.map(([words, change]) => (
          <li key={words}>
            <FilterLink filters={{}} change={change} toTop>
              {words}
            </FilterLink>
          </li>
        ))}
      </ol>
    </nav>
  );
}
