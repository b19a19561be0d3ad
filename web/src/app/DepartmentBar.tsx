import { useQuery } from "@tanstack/react-query";
import { useLocation } from "@tanstack/react-router";
import { departmentsQuery } from "../catalogue/departments";
import { shell } from "../strings/shell";
import css from "./DepartmentBar.module.css";
import { places } from "./places";
import { ShopLink } from "./ShopLink";

/** The departments, from every page; on a narrow screen they scroll to the side. */
export function DepartmentBar() {
  const departments = useQuery(departmentsQuery).data ?? [];
  const current = useLocation({
    select: ({ pathname, search }) => pathname === places.products && (search as { department?: string }).department,
  });
  return (
    <nav className={css.bar} aria-label={shell.departments}>
      <ul className={css.list}>
        <li>
          <ShopLink to={places.products} className={css.link} activeOptions={EXACT}>
            {shell.all}
          </ShopLink>
        </li>
        {departments.map(({ department }) => (
          <li key={department}>
            <ShopLink
              to={places.products}
              search={{ department }}
              className={css.link}
              activeOptions={EXACT}
              aria-current={current === department ? "page" : undefined}
            >
              {department}
            </ShopLink>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** The router marks the link to this very address; a department's list is marked with its filters, too. */
const EXACT = { exact: true, includeSearch: true } as const;
