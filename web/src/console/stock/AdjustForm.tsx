import type { FormEvent } from "react";
import { api, read, type Schema } from "../../api/client";
import { Button } from "../../parts/Button";
import { TextField } from "../../parts/Field";
import { stock as words } from "../../strings/console/stock";
import { Outcome } from "../parts/action";
import { Part } from "../parts/Part";
import { useRecording } from "./use-recording";

/** Corrects the count of a product in a warehouse, with a reason. */
export function AdjustForm({ productId, warehouseId }: { productId: string; warehouseId: string }) {
  const draft = `console adjustment ${productId} ${warehouseId}`;
  const action = useRecording<Schema["NewAdjustment"]>(draft, (body, headers) =>
    read(api.POST("/bff/admin/stock/adjustments", { body, headers })),
  );
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const said = new FormData(form);
    action.mutate({
      body: { productId, warehouseId, delta: Number(said.get("delta")), reason: String(said.get("reason")) },
      form,
    });
  };
  return (
    <Part.Form draft={draft} onSubmit={submit}>
      <TextField label={words.delta} name="delta" type="number" />
      <TextField label={words.reason} name="reason" maxLength={200} />
      <Button type="submit" busy={action.isPending}>
        {words.adjustNow}
      </Button>
      <Outcome of={action} done={words.adjustedNow} />
    </Part.Form>
  );
}
