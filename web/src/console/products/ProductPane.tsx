import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, read, type Schema } from "../../api/client";
import { places } from "../../app/places";
import { QueryState } from "../../app/QueryState";
import { ShopLink } from "../../app/ShopLink";
import { Button } from "../../parts/Button";
import { TextArea, TextField } from "../../parts/Field";
import { Money } from "../../parts/Money";
import { minorUnits } from "../../parts/money";
import { Skeleton } from "../../parts/Skeleton";
import { Stars } from "../../parts/Stars";
import { When } from "../../parts/When";
import { products as words } from "../../strings/console/products";
import { Outcome, useAction } from "../parts/action";
import { ConsoleLink } from "../parts/ConsoleLink";
import { Facts } from "../parts/Facts";
import { IncompleteNotice } from "../parts/Incomplete";
import { Part } from "../parts/Part";
import { PRODUCTS, productQuery } from "./queries";

type Detail = Schema["Product"];

/** One product as a keeper sees it, and what can be changed of it. */
export function ProductPane({ id }: { id: string }) {
  return (
    <QueryState query={useQuery(productQuery(id))} loading={<Skeleton shape="block" />}>
      {(product) => (
        <>
          <IncompleteNotice of={product} />
          <Standing product={product} />
          <PriceForm product={product} />
          <WordsForm product={product} />
          <Sale product={product} />
        </>
      )}
    </QueryState>
  );
}

function Standing({ product }: { product: Detail }) {
  return (
    <>
      <Facts
        of={{
          [words.id]: <code>{product.productId}</code>,
          [words.price]: <Money of={product.price} strong />,
          [words.state]: product.forSale ? words.forSale : words.discontinued,
          [words.stock]: (
            <ConsoleLink to="/console/stock" filters={{ productId: product.productId }}>
              {words.seeStock}
            </ConsoleLink>
          ),
          [words.events]: (
            <ConsoleLink to="/console/events" filters={{ stream: `product-${product.productId}` }}>
              {words.seeEvents}
            </ConsoleLink>
          ),
          [words.category]: `${product.department}, ${product.category}`,
          [words.changed]: <When at={product.updatedAt} />,
        }}
      />
      <Stars average={product.rating.average} count={product.rating.count} />
      <ShopLink to={`${places.products}/${product.productId}`}>{words.inShop}</ShopLink>
    </>
  );
}

function PriceForm({ product: { productId, price } }: { product: Detail }) {
  const [error, setError] = useState<string>();
  const draft = `console price ${productId}`;
  const action = useAction<number>({
    run: (amount) => {
      const params = { path: { product_id: productId } };
      const body = { price: { amount, currency: price.currency } };
      return read(api.PUT("/bff/admin/products/{product_id}/price", { params, body }));
    },
    changes: [PRODUCTS],
    draft,
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const amount = minorUnits(String(new FormData(event.currentTarget).get("price")), price.currency);
    setError(amount === null ? words.badPrice : undefined);
    if (amount !== null) action.mutate(amount);
  };
  return (
    <Part title={words.price}>
      <Part.Form key={price.amount} draft={draft} onSubmit={submit}>
        <TextField label={words.newPrice(price.currency)} name="price" inputMode="decimal" error={error} />
        <Button type="submit" busy={action.isPending}>
          {words.changePrice}
        </Button>
      </Part.Form>
      <Outcome of={action} done={words.priceChanged} />
    </Part>
  );
}

function WordsForm({ product }: { product: Detail }) {
  const draft = `console words ${product.productId}`;
  const action = useAction<Schema["ProductChanges"]>({
    run: (body) => {
      const params = { path: { product_id: product.productId } };
      return read(api.PATCH("/bff/admin/products/{product_id}", { params, body }));
    },
    changes: [PRODUCTS],
    draft,
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const said = new FormData(event.currentTarget);
    const text = (name: string) => String(said.get(name)).trim();
    action.mutate({
      name: text("name"),
      department: text("department"),
      category: text("category"),
      brand: text("brand") || null,
      description: text("description") || null,
    });
  };
  return (
    <Part title={words.words}>
      <Part.Form key={product.version} draft={draft} onSubmit={submit}>
        <TextField label={words.name} name="name" defaultValue={product.name} maxLength={200} />
        <TextField label={words.department} name="department" defaultValue={product.department} maxLength={80} />
        <TextField label={words.category} name="category" defaultValue={product.category} maxLength={80} />
        <TextField label={words.brand} name="brand" defaultValue={product.brand ?? ""} maxLength={80} optional />
        <TextArea label={words.description} name="description" defaultValue={product.description} optional />
        <Button type="submit" busy={action.isPending}>
          {words.save}
        </Button>
      </Part.Form>
      <Outcome of={action} done={words.saved} />
    </Part>
  );
}

function Sale({ product: { productId, forSale } }: { product: Detail }) {
  const action = useAction({
    run: () => {
      const params = { path: { product_id: productId } };
      if (forSale) return read(api.POST("/bff/admin/products/{product_id}/discontinue", { params }));
      return read(api.POST("/bff/admin/products/{product_id}/relist", { params }));
    },
    changes: [PRODUCTS],
  });
  return (
    <Part title={words.sale}>
      {forSale && <p>{words.discontinueHint}</p>}
      <Button look={forSale ? "danger" : "secondary"} busy={action.isPending} onClick={() => action.mutate()}>
        {forSale ? words.discontinue : words.relist}
      </Button>
      <Outcome of={action} done={words.saleChanged} />
    </Part>
  );
}
