import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Schema } from "../../api/client";
import { Button } from "../../parts/Button";
import { LazyDialog } from "../../parts/LazyDialog";
import type { Column } from "../../parts/Table";
import { stock as words } from "../../strings/console/stock";
import { ChoiceFilter, TextFilter } from "../parts/FilterFields";
import { FilterForm } from "../parts/FilterForm";
import { FilterLink } from "../parts/FilterLink";
import { type Filters, useFilters } from "../parts/filters";
import { IncompleteMark } from "../parts/Incomplete";
import { ListPage } from "../parts/ListPage";
import { Paged } from "../parts/Paged";
import { RowTable } from "../parts/RowTable";
import { stockQuery } from "./queries";
import { ReceiveForm } from "./ReceiveForm";
import { StockPane } from "./StockPane";

type Shelf = Schema["StockOfProduct"];

export function StockPage() {
  const [filters] = useFilters();
  const { product, at } = filters;
  const pane = product &&
    at && {
      id: `${product} ${at}`,
      title: words.pane(product),
      filter: "product",
      content: <StockPane productId={product} warehouseId={at} />,
    };
  return (
    <ListPage
      title={words.title}
      actions={<Receive />}
      filters={
        <FilterForm names={["productId", "warehouseId", "level"]}>
          <TextFilter label={words.product} name="productId" placeholder={words.productHint} />
          <TextFilter label={words.warehouse} name="warehouseId" placeholder={words.warehouseHint} />
          <ChoiceFilter label={words.level} name="level" choices={words.levels} />
        </FilterForm>
      }
      list={<Paged query={useQuery(stockQuery(filters))}>{(rows) => <Shelves rows={rows} open={filters} />}</Paged>}
      pane={pane || undefined}
    />
  );
}

function Receive() {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button look="primary" onClick={() => setOpen(true)}>
        {words.receiveNew}
      </Button>
      {isOpen && (
        <LazyDialog open title={words.receiveNew} onClose={() => setOpen(false)}>
          <ReceiveForm />
        </LazyDialog>
      )}
    </>
  );
}

function Shelves({ rows, open }: { rows: Shelf[]; open: Filters }) {
  const columns: Column<Shelf>[] = [
    {
      head: words.product,
      cell: ({ productId, name, warehouseId }) => (
        <FilterLink
          changes={{ product: productId, at: warehouseId }}
          aria-current={(open.product === productId && open.at === warehouseId) || undefined}
        >
          {name ?? productId}
        </FilterLink>
      ),
    },
    {
      head: words.warehouse,
      cell: (shelf) => (
        <>
          {shelf.warehouseId} <IncompleteMark of={shelf} />
        </>
      ),
    },
    { head: words.onHand, figures: true, cell: ({ onHand }) => onHand },
    { head: words.reserved, figures: true, cell: ({ reserved }) => reserved },
    { head: words.available, figures: true, cell: ({ available }) => available },
  ];
  const keyOf = ({ productId, warehouseId }: Shelf) => `${productId} ${warehouseId}`;
  return <RowTable caption={words.caption} columns={columns} rows={rows} keyOf={keyOf} />;
}
