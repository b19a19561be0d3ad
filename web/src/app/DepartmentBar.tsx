import { useQuery } from "@tanstack/react-query";
import { useLocation } from "@tanstack/react-router";
import { useLayoutEffect, useRef } from "react";
import { departmentsQuery } from "../catalogue/departments";
import { shell } from "../strings/shell";
import css from "./DepartmentBar.module.css";
import { places } from "./places";
import { ShopLink } from "./ShopLink";

/** The departments, from every page but the one whose tiles they are; on a narrow screen they scroll to the side. */
export function DepartmentBar() {
  const departments = useQuery(departmentsQuery).data ?? [];
  const current = useLocation({
    select: ({ pathname, search }) => pathname === places.products && (search as { department?: string }).department,
  });
  const isLanding = useLocation({ select: ({ pathname }) => pathname === places.home });
  const bar = useRef<HTMLUListElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another department, or the list itself, moves it
  useLayoutEffect(() => {
    const link = bar.current?.querySelector<HTMLElement>("[aria-current]");
    if (bar.current && link)
      bar.current.scrollLeft = link.offsetLeft - (bar.current.clientWidth - link.offsetWidth) / 2;
  }, [current, departments.length]);
  if (isLanding) return null;
  return (
    <nav className={css.departments} aria-label={shell.departments}>
      <ul ref={bar} className={css.bar}>
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
