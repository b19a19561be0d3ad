import { useEffect, useState } from "react";
import type { Schema } from "../../api/client";

/** The shop as its keepers see it, at one moment. */
export type Board = {
  orders: { total: number; byStatus: Readonly<Partial<Record<Schema["OrderStatus"], number>>> };
  newest: readonly {
    orderId: string;
    orderNumber: string;
    status: Schema["OrderStatus"];
    totalAmount: number;
    currency: string;
    createdAt: string;
  }[];
  stock: { out: number; low: number; items: readonly { productId: string; warehouseId: string; available: number }[] };
  /** By consumer; null where nobody counts them. */
  parked: Readonly<Record<string, number>> | null;
};

/** How many orders there were in all at a time, in milliseconds. */
export type Sample = { at: number; total: number };
export type Followed = { board: Board | null; isCutOff: boolean; samples: readonly Sample[] };

const KEPT = 60_000;
const NOTHING: Followed = { board: null, isCutOff: false, samples: [] };

/** Follow the shop while the page is open; the browser itself connects again, from the last board it has seen. */
export function useBoard(): Followed {
  const [followed, setFollowed] = useState(NOTHING);
  useEffect(() => {
    const source = new EventSource("/bff/admin/events");
    source.addEventListener("shop", ({ data }: MessageEvent<string>) => {
      const board = JSON.parse(data) as Board;
      setFollowed(({ samples }) => ({ board, isCutOff: false, samples: sampled(samples, board, Date.now()) }));
    });
    source.onerror = () => setFollowed((now) => ({ ...now, isCutOff: true }));
    return () => source.close();
  }, []);
  return followed;
}

/** Add what a board says; what is older than a minute is dropped, but for the last before it. */
export function sampled(samples: readonly Sample[], board: Board, at: number): Sample[] {
  const first = samples.findLastIndex((each) => each.at <= at - KEPT);
  return [...samples.slice(Math.max(0, first)), { at, total: board.orders.total }];
}

/** Orders a second from the first sample on; 0 as long as there is only one. */
export function rateOf(samples: readonly Sample[], now: number): number {
  const [first] = samples;
  const last = samples.at(-1);
  if (!first || !last || first === last) return 0;
  return ((last.total - first.total) * 1_000) / Math.max(1_000, now - first.at);
}
