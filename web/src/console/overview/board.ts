import { useEffect, useState } from "react";
import type { Schema } from "../../api/client";
import type { Counts } from "../letters/letter";

export type Shelf = { productId: string; name: string | null; warehouseId: string; available: number };

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
  /** Sagas by state; those of which there is none are left out. */
  sagas: Readonly<Partial<Record<Schema["SagaState"], number>>>;
  stock: { out: number; low: number; items: readonly Shelf[] };
  /** What is parked and dead, by consumer and cause; null where nobody counts it. */
  parked: Counts | null;
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

/** Orders in each of the last spans of `length` milliseconds, the oldest first; what nobody counted is 0. */
export function ratesOf(samples: readonly Sample[], now: number, { length, count }: { length: number; count: number }) {
  return Array.from({ length: count }, (_, index) => {
    const end = now - (count - 1 - index) * length;
    return totalAt(samples, end) - totalAt(samples, end - length);
  });
}

/** How many orders there were at a time, as far as it is known; before the first sample, as many as then. */
function totalAt(samples: readonly Sample[], at: number): number {
  return (samples.findLast((each) => each.at <= at) ?? samples[0])?.total ?? 0;
}
