import type { ReactNode } from "react";
import { parts } from "../strings/parts";
import css from "./Pagination.module.css";
import { pagesAround } from "./pages";

type Props = {
  total: number;
  size: number;
  /** Counted from 1. */
  page: number;
  /** Make the link to a page. */
  link: (page: number, words: ReactNode, label: string, isCurrent: boolean) => ReactNode;
};

/** "25–48 of 1,204", and links to the pages: each has an address of its own. */
export function Pagination({ total, size, page, link }: Props) {
  const last = Math.max(1, Math.ceil(total / size));
  const from = total === 0 ? 0 : (page - 1) * size + 1;
  return (
    <nav className={css.pagination} aria-label={parts.pages}>
      <p className={css.range}>{parts.range(from, Math.min(total, page * size), total)}</p>
      {last > 1 && (
        <ul className={css.pages}>
          {page > 1 && <li>{link(page - 1, parts.previous, parts.previous, false)}</li>}
          {pagesAround(page, last).map((number, index) =>
            number === null ? (
              // biome-ignore lint/suspicious/noArrayIndexKey: gaps are told apart by where they are
              <li key={`gap ${index}`} className={css.gap} aria-hidden="true">
                …
              </li>
            ) : (
              <li key={number} className={css.number}>
                {link(number, number, parts.page(number), number === page)}
              </li>
            ),
          )}
          {page < last && <li>{link(page + 1, parts.next, parts.next, false)}</li>}
        </ul>
      )}
    </nav>
  );
}
