import type { FormEvent } from "react";
import { api, read, type Schema } from "../../api/client";
import { useIdempotencyKey } from "../../api/idempotency";
import { Button } from "../../parts/Button";
import { TextField } from "../../parts/Field";
import { stock as words } from "../../strings/console/stock";
import { Outcome, useAction } from "../parts/action";
import { Part } from "../parts/Part";
import { STOCK } from "./queries";

/** Corrects the count of a product in a warehouse, with a reason. */
export function AdjustForm({ productId, warehouseId }: { productId: string; warehouseId: string }) {
  const keyOf = useIdempotencyKey();
  const action = useAction<Schema["NewAdjustment"] & { form: HTMLFormElement }>({
    run: async ({ form, ...body }) => {
      await read(
        api.POST("/bff/admin/stock/adjustments", {
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
    action.mutate({
      form,
      productId,
      warehouseId,
      delta: Number(said.get("delta")),
      reason: String(said.get("reason")),
    });
  };
  return (
    <Part.Form onSubmit={submit}>
      <TextField label={words.delta} name="delta" type="number" />
      <TextField label={words.reason} name="reason" maxLength={200} />
      <Button type="submit" busy={action.isPending}>
        {words.adjustNow}
      </Button>
      <Outcome of={action} done={words.adjustedNow} />
    </Part.Form>
  );
}
