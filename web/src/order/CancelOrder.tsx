import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, read } from "../api/client";
import { Problem } from "../api/problems";
import { Button } from "../parts/Button";
import { LazyDialog } from "../parts/LazyDialog";
import { Notice } from "../parts/Notice";
import { wordsOf } from "../parts/words";
import { order as words } from "../strings/order";
import css from "./CancelOrder.module.css";
import { type Order, orderQuery } from "./queries";
import { mayCancel } from "./stages";

/** Cancels an order while that is possible, after asking once. */
export function CancelOrder({ order }: { order: Order }) {
  const client = useQueryClient();
  const [isAsked, setAsked] = useState(false);
  const cancel = useMutation({
    mutationFn: () => read(api.POST("/bff/orders/{order_id}/cancel", request(order.orderId))),
    onSuccess: () => setAsked(false),
    onSettled: () => client.invalidateQueries(orderQuery(order.orderId)),
  });
  if (!mayCancel(order)) return null;
  return (
    <>
      <Button look="danger" onClick={() => setAsked(true)}>
        {words.cancel.button}
      </Button>
      {isAsked && (
        <LazyDialog
          open
          title={words.cancel.title}
          onClose={() => setAsked(false)}
          footer={
            <div className={css.foot}>
              <Button onClick={() => setAsked(false)}>{words.cancel.keep}</Button>
              <Button look="danger" busy={cancel.isPending} onClick={() => cancel.mutate()}>
                {words.cancel.confirm}
              </Button>
            </div>
          }
        >
          <p>{words.cancel.text}</p>
          {cancel.error && <Notice kind="failed" title={whyNot(cancel.error)} />}
        </LazyDialog>
      )}
    </>
  );
}

function request(order_id: string) {
  return { params: { path: { order_id } }, body: { reason: "customer request" } };
}

function whyNot(error: unknown): string {
  if (error instanceof Problem && error.code === "order_on_its_way") return words.cancel.onItsWay;
  const { what, next } = wordsOf(error);
  return `${what} ${next}`;
}
