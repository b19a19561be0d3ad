import type { ReactNode } from "react";
import { classes } from "./classes";
import css from "./Table.module.css";

export type Column<Row> = {
  head: string;
  cell: (row: Row) => ReactNode;
  /** Figures stand under one another, to the right. */
  figures?: boolean;
};

type Props<Row> = {
  /** What the table is of; read before it. */
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  dense?: boolean;
};

/** Rows of the same things; too wide for the screen, it scrolls by itself. The first column names the row. */
export function Table<Row>({ caption, columns, rows, keyOf, dense = false }: Props<Row>) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <section className={css.scroller} tabIndex={0} aria-label={caption}>
      <table className={classes(css.table, dense && css.dense)}>
        <caption className={css.caption}>{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ head, figures }) => (
              <th key={head} scope="col" className={classes(figures && css.figures)}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map(({ head, cell, figures }, index) =>
                index === 0 ? (
                  <th key={head} scope="row">
                    {cell(row)}
                  </th>
                ) : (
                  <td key={head} className={classes(figures && css.figures)}>
                    {cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
