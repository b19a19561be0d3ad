import { type FormEvent, useState } from "react";
import { api, read, type Schema } from "../../api/client";
import { useIdempotencyKey } from "../../api/idempotency";
import { Button } from "../../parts/Button";
import { TextArea, TextField } from "../../parts/Field";
import { fieldErrors } from "../../parts/form-errors";
import { minorUnits } from "../../parts/money";
import { products as words } from "../../strings/console/products";
import { Outcome, useAction } from "../parts/action";
import { Part } from "../parts/Part";
import { PRODUCTS } from "./queries";

type NewProduct = Schema["NewProduct"];

/** A new product; what is wrong with a field stands beside it, and nothing typed is lost. */
export function NewProductForm({ onMade }: { onMade: (name: string) => void }) {
  const keyOf = useIdempotencyKey();
  const [badPrice, setBadPrice] = useState(false);
  const draft = "console product";
  const action = useAction<NewProduct, NewProduct>({
    run: async (body) => {
      await read(api.POST("/bff/admin/products", { body, headers: { "Idempotency-Key": keyOf(body) } }));
      return body;
    },
    changes: [PRODUCTS],
    draft,
    onDone: ({ name }) => onMade(name),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const body = productOf(new FormData(event.currentTarget));
    setBadPrice(body === null);
    if (body) action.mutate(body);
  };
  const errors = fieldErrors(action.error);
  return (
    <Part.Form draft={draft} onSubmit={submit}>
      <TextField label={words.name} name="name" maxLength={200} error={errors.name} />
      <TextField label={words.department} name="department" maxLength={80} error={errors.department} />
      <TextField label={words.category} name="category" maxLength={80} error={errors.category} />
      <TextField
        label={words.price}
        name="price"
        inputMode="decimal"
        error={badPrice ? words.badPrice : errors["price.amount"]}
      />
      <TextField
        label={words.currency}
        name="currency"
        defaultValue="USD"
        pattern="[A-Z]{3}"
        error={errors["price.currency"]}
      />
      <TextField label={words.brand} name="brand" maxLength={80} optional error={errors.brand} />
      <TextArea label={words.description} name="description" optional error={errors.description} />
      <TextField label={words.ownId} name="productId" optional hint={words.ownIdHint} error={errors.productId} />
      <Button type="submit" look="primary" busy={action.isPending}>
        {words.createNow}
      </Button>
      <Outcome of={action} done="" />
    </Part.Form>
  );
}

/** Read what was typed; null where the price is none. */
function productOf(said: FormData): NewProduct | null {
  const text = (name: string) => String(said.get(name)).trim();
  const currency = text("currency");
  const amount = minorUnits(text("price"), currency);
  if (amount === null) return null;
  return {
    name: text("name"),
    department: text("department"),
    category: text("category"),
    description: text("description"),
    price: { amount, currency },
    ...(text("brand") && { brand: text("brand") }),
    ...(text("productId") && { productId: text("productId") }),
  };
}
