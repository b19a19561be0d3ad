import { type ReactNode, useEffect, useRef } from "react";
import { classes } from "../../parts/classes";
import { Icon } from "../../parts/Icon";
import { shell } from "../../strings/console/shell";
import { FilterLink } from "./FilterLink";
import css from "./ListPage.module.css";

type Props = {
  title: string;
  /** What can be begun here, beside the title. */
  actions?: ReactNode;
  filters?: ReactNode;
  list: ReactNode;
  /** The row that is open. */
  pane?: { id: string; title: string; filter: string; content: ReactNode } | undefined;
};

/** A list with its filters, and beside it the row that is open; on a small screen that row alone. */
export function ListPage({ title, actions, filters, list, pane }: Props) {
  return (
    <div className={css.page}>
      <title>{shell.title(title)}</title>
      <header className={css.head}>
        <h1>{title}</h1>
        {actions && <div className={css.actions}>{actions}</div>}
      </header>
      <div className={classes(css.split, pane && css.open)}>
        <div className={css.list}>
          {filters}
          {list}
        </div>
        {pane && <Pane key={pane.id} {...pane} />}
      </div>
    </div>
  );
}

function Pane({ title, filter, content }: { title: string; filter: string; content: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  // who goes on by keyboard or hears the page is led into what was opened; the list does not move
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <aside className={css.pane} aria-label={title}>
      <header className={css.paneHead}>
        <h2 ref={heading} tabIndex={-1}>
          {title}
        </h2>
        <FilterLink changes={{ [filter]: null }} className={css.close} aria-label={shell.closePane}>
          <Icon name="close" />
        </FilterLink>
      </header>
      <div className={css.paneBody}>{content}</div>
    </aside>
  );
}
