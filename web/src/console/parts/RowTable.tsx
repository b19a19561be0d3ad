import { type ComponentProps, type KeyboardEvent, useRef } from "react";
import { Table } from "../../parts/Table";

const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };

/** A dense table whose first column leads to each row; up and down go from row to row. */
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
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the rows' links are what is focused; this only steps between them
    <div ref={place} onKeyDown={step}>
      <Table {...props} dense />
    </div>
  );
}
