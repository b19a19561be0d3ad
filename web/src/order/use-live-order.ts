import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { followStream } from "../api/event-stream";
import { askAgain } from "../app/ask-again";
import { type Order, orderQuery } from "./queries";
import { hasEnded } from "./stages";
import { type Told, withTold } from "./told";

/** "on" while what happens is told at once, "off" while it is connecting again, "ended" when nothing more will happen. */
export type Live = "on" | "off" | "ended";

/**
 * Follow an order that is in the query client: what happens is put there as it happens. After a break the browser
 * goes on from the last event that it has seen.
 */
export function useLiveOrder(order: Order): Live {
  const client = useQueryClient();
  const [isOn, setOn] = useState(false);
  const { orderId } = order;
  const isEnded = hasEnded(order);
  useEffect(() => {
    if (isEnded) return;
    const key = orderQuery(orderId).queryKey;
    let isFirst = true;
    return followStream<Told>(() => `/bff/orders/${encodeURIComponent(orderId)}/events`, "order", {
      onOpen: () => setOn(true),
      onTold: (told) => {
        client.setQueryData(key, (known: Order | undefined) => known && withTold(known, told, isFirst));
        isFirst = false;
      },
      onCut: (isRefused) => {
        setOn(false);
        if (!isRefused) return;
        isFirst = true;
        void askAgain(client, { queryKey: key, exact: true }); // it says why, as that the session is over
      },
    });
  }, [client, orderId, isEnded]);
  if (isEnded) return "ended";
  return isOn ? "on" : "off";
}
