import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Schema } from "../../api/client";
import { Button } from "../../parts/Button";
import { LazyDialog } from "../../parts/LazyDialog";
import { Money } from "../../parts/Money";
import { Notice } from "../../parts/Notice";
import type { Column } from "../../parts/Table";
import { products as words } from "../../strings/console/products";
import { ChoiceFilter, TextFilter } from "../parts/FilterFields";
import { FilterForm } from "../parts/FilterForm";
import { FilterLink } from "../parts/FilterLink";
import { useFilters } from "../parts/filters";
import { IncompleteMark } from "../parts/Incomplete";
import { ListPage } from "../parts/ListPage";
import { Paged } from "../parts/Paged";
import { RowTable } from "../parts/RowTable";
import { Status } from "../parts/Status";
import { ImportFile } from "./ImportFile";
import { NewProductForm } from "./NewProductForm";
import { ProductPane } from "./ProductPane";
import { productQuery, productsQuery } from "./queries";

type Product = Schema["Product"];

export function ProductsPage() {
  const [filters] = useFilters();
  const query = useQuery(productsQuery(filters));
  const id = filters.product;
  const name = useQuery({ ...productQuery(id ?? ""), enabled: id !== undefined }).data?.name;
  return (
    <ListPage
      title={words.title}
      actions={<Actions />}
      filters={
        <FilterForm names={["words", "forSale"]}>
          <TextFilter label={words.search} name="words" type="search" placeholder={words.searchHint} />
          <ChoiceFilter label={words.state} name="forSale" choices={words.states} />
        </FilterForm>
      }
      list={<Paged query={query}>{(rows) => <Products rows={rows} open={id} />}</Paged>}
      pane={id ? { id, title: name ?? words.name, filter: "product", content: <ProductPane id={id} /> } : undefined}
    />
  );
}

/** What can be added; the dialog of one stays open until it is closed, with what became of it. */
function Actions() {
  const [open, setOpen] = useState<"new" | "import">();
  const [made, setMade] = useState<string>();
  const close = () => setOpen(undefined);
  const onMade = (name: string) => {
    close();
    setMade(name);
  };
  return (
    <>
      {made && <Notice kind="done" title={words.created(made)} />}
      <Button onClick={() => setOpen("import")}>{words.import}</Button>
      <Button look="primary" onClick={() => setOpen("new")}>
        {words.create}
      </Button>
      {open === "new" && (
        <LazyDialog open title={words.create} onClose={close}>
          <NewProductForm onMade={onMade} />
        </LazyDialog>
      )}
      {open === "import" && (
        <LazyDialog open title={words.importTitle} onClose={close}>
          <ImportFile />
        </LazyDialog>
      )}
    </>
  );
}

function Products({ rows, open }: { rows: Product[]; open: string | undefined }) {
  const columns: Column<Product>[] = [
    {
      head: words.name,
      cell: ({ productId, name }) => (
        <FilterLink changes={{ product: productId }} aria-current={productId === open || undefined}>
          {name}
        </FilterLink>
      ),
    },
    { head: words.department, cell: ({ department }) => department },
    {
      head: words.state,
      cell: (product) => (
        <>
          <Sale forSale={product.forSale} /> <IncompleteMark of={product} />
        </>
      ),
    },
    { head: words.price, figures: true, cell: ({ price }) => <Money of={price} /> },
  ];
  return <RowTable caption={words.caption} columns={columns} rows={rows} keyOf={(product) => product.productId} />;
}

function Sale({ forSale }: { forSale: boolean }) {
  return <Status tone={forSale ? "done" : "plain"}>{forSale ? words.forSale : words.discontinued}</Status>;
}
