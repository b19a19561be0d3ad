import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { type Order, orderQuery } from "./queries";
import { hasEnded } from "./stages";
import { type Told, withTold } from "./told";

/** Milliseconds after which a connection that the server refused is tried again. */
const AGAIN_AFTER = 3_000;

/** "on" while what happens is told at once, "off" while it is connecting again, "ended" when nothing more will happen. */
export type Live = "on" | "off" | "ended";

/**
 * Follow an order that is in the query client: what happens is put there as it happens. After a break the browser
 * goes on from the last event that it has seen.
 */
export function useLiveOrder(order: Order): Live {
  const client = useQueryClient();
  const [isOn, setOn] = useState(false);
  const [attempt, setAttempt] = useState(0);
  const { orderId } = order;
  const isEnded = hasEnded(order);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each attempt is a connection of its own
  useEffect(() => {
    if (isEnded) return;
    const key = orderQuery(orderId).queryKey;
    const source = new EventSource(`/bff/orders/${encodeURIComponent(orderId)}/events`);
    let isFirst = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    source.addEventListener("open", () => setOn(true));
    source.addEventListener("order", ({ data }) => {
      const told = JSON.parse(data) as Told;
      client.setQueryData(key, (known: Order | undefined) => known && withTold(known, told, isFirst));
      isFirst = false;
    });
    source.addEventListener("error", () => {
      setOn(false);
      if (source.readyState !== EventSource.CLOSED) return; // the browser connects again by itself
      // refused: asking for the order says why, as that the session is over
      void client.invalidateQueries({ queryKey: key, exact: true });
      timer = setTimeout(() => setAttempt((number) => number + 1), AGAIN_AFTER);
    });
    return () => {
      clearTimeout(timer);
      source.close();
    };
  }, [client, orderId, isEnded, attempt]);
  if (isEnded) return "ended";
  return isOn ? "on" : "off";
}
