import type { FormEvent } from "react";
import { api, read } from "../../api/client";
import { Button } from "../../parts/Button";
import { TextField } from "../../parts/Field";
import { sagas as words } from "../../strings/console/sagas";
import { Outcome, useAction } from "../parts/action";
import { Part } from "../parts/Part";
import { SAGAS } from "./queries";

/** Lets a stuck saga try its undo again, for a reason that is recorded. */
export function RetryForm({ orderId }: { orderId: string }) {
  const draft = `console saga ${orderId}`;
  const action = useAction<string>({
    run: (said) => {
      const params = { path: { order_id: orderId } };
      return read(api.POST("/bff/admin/sagas/{order_id}/retry", { params, body: { evidence: said } }));
    },
    changes: [SAGAS],
    draft,
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    action.mutate(String(new FormData(event.currentTarget).get("evidence")));
  };
  return (
    <Part title={words.todo}>
      <Part.Form draft={draft} onSubmit={submit}>
        <TextField label={words.evidence} hint={words.evidenceHint} name="evidence" maxLength={200} />
        <Button type="submit" look="primary" busy={action.isPending}>
          {words.retry}
        </Button>
      </Part.Form>
      <Outcome of={action} done={words.retried} />
    </Part>
  );
}
