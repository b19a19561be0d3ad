import type { FormEvent } from "react";
import { api, read, type Schema } from "../../api/client";
import { Button } from "../../parts/Button";
import { TextField } from "../../parts/Field";
import { stock as words } from "../../strings/console/stock";
import { Outcome } from "../parts/action";
import { Part } from "../parts/Part";
import { useRecording } from "./use-recording";

type Props = { productId?: string; warehouseId?: string };

/** Records a delivery of one product; sent twice, it is recorded once. */
export function ReceiveForm({ productId, warehouseId }: Props) {
  const draft = `console receipt ${productId ?? ""} ${warehouseId ?? ""}`;
  const action = useRecording<Schema["NewReceipt"]>(draft, (body, headers) =>
    read(api.POST("/bff/admin/stock/receipts", { body, headers })),
  );
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const said = new FormData(form);
    const text = (name: string) => String(said.get(name) ?? "").trim();
    const items = [{ productId: productId ?? text("productId"), quantity: Number(text("quantity")) }];
    const warehouse = warehouseId ?? text("warehouseId");
    action.mutate({ body: { items, ...(warehouse && { warehouseId: warehouse }) }, form });
  };
  return (
    <Part.Form draft={draft} onSubmit={submit}>
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
