import { type FormEvent, useState } from "react";
import { api, read, type Schema } from "../../api/client";
import { Button } from "../../parts/Button";
import { hasDraft } from "../../parts/draft";
import { TextField } from "../../parts/Field";
import { orders as words } from "../../strings/console/orders";
import { Outcome, useAction } from "../parts/action";
import { Part } from "../parts/Part";
import { ORDERS } from "./queries";
import { actionsFor, isFinal, type OrderAction } from "./status";

type Wanted = { action: OrderAction; reason?: string };
const DONE: Readonly<Record<OrderAction, string>> = {
  ship: words.shipped,
  deliver: words.delivered,
  cancel: words.cancelled,
};

/** What an admin can do with an order as it stands; the order shows what it led to. */
export function OrderActions({ order }: { order: Schema["AdminOrder"] }) {
  const draft = `console cancel ${order.orderId}`;
  const action = useAction<Wanted>({ run: (wanted) => send(order.orderId, wanted), changes: [ORDERS], draft });
  const actions = actionsFor(order.status);
  return (
    <Part title={words.todo}>
      {actions.length === 0 && <p>{isFinal(order.status) ? words.nothingToDo : words.waits}</p>}
      {actions.map((each) =>
        each === "cancel" ? (
          <CancelForm
            key={each}
            draft={draft}
            busy={action.isPending}
            onCancel={(reason) => action.mutate({ action: each, reason })}
          />
        ) : (
          <Button key={each} look="primary" busy={action.isPending} onClick={() => action.mutate({ action: each })}>
            {words[each]}
          </Button>
        ),
      )}
      <Outcome of={action} done={DONE[action.variables?.action ?? "ship"]} />
    </Part>
  );
}

type CancelProps = { draft: string; busy: boolean; onCancel: (reason: string) => void };

function CancelForm({ draft, busy, onCancel }: CancelProps) {
  const [isOpen, setOpen] = useState(() => hasDraft(draft));
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    onCancel(String(new FormData(event.currentTarget).get("reason")));
  };
  if (!isOpen) return <Button onClick={() => setOpen(true)}>{words.cancel}…</Button>;
  return (
    <Part.Form draft={draft} onSubmit={submit}>
      <TextField label={words.reason} name="reason" hint={words.reasonHint} maxLength={200} autoFocus />
      <Button type="submit" look="danger" busy={busy}>
        {words.cancel}
      </Button>
    </Part.Form>
  );
}

function send(orderId: string, { action, reason }: Wanted) {
  const params = { path: { order_id: orderId } };
  if (action === "ship") return read(api.POST("/bff/admin/orders/{order_id}/ship", { params }));
  if (action === "deliver") return read(api.POST("/bff/admin/orders/{order_id}/deliver", { params }));
  const body = { reason: reason ?? "" };
  return read(api.POST("/bff/admin/orders/{order_id}/cancel", { params, body }));
}
