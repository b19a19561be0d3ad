import type { FormEvent } from "react";
import { api, read, type Schema } from "../../api/client";
import { useIdempotencyKey } from "../../api/idempotency";
import { Button } from "../../parts/Button";
import { TextField } from "../../parts/Field";
import { stock as words } from "../../strings/console/stock";
import { Outcome, useAction } from "../parts/action";
import { Part } from "../parts/Part";
import { STOCK } from "./queries";

type Props = { productId?: string; warehouseId?: string };

/** Records a delivery of one product; sent twice, it is recorded once. */
export function ReceiveForm({ productId, warehouseId }: Props) {
  const keyOf = useIdempotencyKey();
  const action = useAction<Schema["NewReceipt"] & { form: HTMLFormElement }>({
    run: async ({ form, ...body }) => {
      await read(
        api.POST("/bff/admin/stock/receipts", {
          body,
          headers: { "Idempotency-Key": keyOf([body, form.dataset.count]) },
        }),
      );
      form.dataset.count = String(Number(form.dataset.count ?? 0) + 1);
      form.reset();
    },
    changes: [STOCK],
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const said = new FormData(form);
    const text = (name: string) => String(said.get(name) ?? "").trim();
    const items = [{ productId: productId ?? text("productId"), quantity: Number(text("quantity")) }];
    const warehouse = warehouseId ?? text("warehouseId");
    action.mutate({ items, form, ...(warehouse && { warehouseId: warehouse }) });
  };
  return (
    <Part.Form onSubmit={submit}>
      <p>{words.receiveHint}</p>
      {!productId && <TextField label={words.product} name="productId" hint={words.productHint} />}
      {!warehouseId && <TextField label={words.warehouse} name="warehouseId" hint={words.warehouseHint} optional />}
      <TextField label={words.pieces} name="quantity" type="number" min={1} max={1_000_000} />
      <Button type="submit" busy={action.isPending}>
        {words.receiveNow}
      </Button>
      <Outcome of={action} done={words.receivedNow} />
    </Part.Form>
  );
}
