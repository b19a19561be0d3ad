import { type ComponentProps, type KeyboardEvent, type MouseEvent, useRef } from "react";
import { Table } from "../../parts/Table";
import css from "./RowTable.module.css";

const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };

/** A dense table whose first column leads to each row, as does a click anywhere in it; up and down go from row to row. */
export function RowTable<Row>(props: Omit<ComponentProps<typeof Table<Row>>, "dense">) {
  const place = useRef<HTMLDivElement>(null);
  const step = (event: KeyboardEvent) => {
    const by = STEPS[event.key];
    const rows = [...(place.current?.querySelectorAll<HTMLElement>("tbody th a") ?? [])];
    const at = rows.indexOf(document.activeElement as HTMLElement);
    const next = by === undefined || at < 0 ? undefined : rows[at + by];
    if (!next) return;
    event.preventDefault();
    next.focus();
  };
  const open = ({ target }: MouseEvent) => {
    if (!(target instanceof Element) || target.closest("a, button, input, select, label")) return;
    if (getSelection()?.toString()) return; // somebody copies from the row
    target.closest("tbody tr")?.querySelector<HTMLElement>("th a")?.click();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the rows' links have the focus and the keys
    <div ref={place} className={css.rows} onKeyDown={step} onClick={open}>
      <Table {...props} dense />
    </div>
  );
}
