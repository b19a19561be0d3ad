import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { type Asked, type CartChange, isMissing } from "./changes";
import type { Cart } from "./query";

/** The changes of this browser's cart that were asked for and that the server may not have told yet, in order. */
export const askedQuery = queryOptions({
  queryKey: ["cart-changes"],
  queryFn: (): readonly Asked[] => [],
  initialData: [] as readonly Asked[],
  staleTime: "static", // logging in asks for everything else again
  gcTime: Number.POSITIVE_INFINITY,
});

/** Take note of a change, and return its id. */
export function noteAsked(client: QueryClient, change: CartChange): string {
  const id = crypto.randomUUID();
  update(client, (all) => [...all, { id, change }]);
  return id;
}

/** The server has accepted a change: the cart has this version with it. */
export function noteAccepted(client: QueryClient, id: string, version: number): void {
  update(client, (all) => all.map((each) => (each.id === id ? { ...each, version } : each)));
}

/** The server has refused a change. */
export function dropAsked(client: QueryClient, id: string): void {
  update(client, (all) => all.filter((each) => each.id !== id));
}

/** Forget the changes that are in what the server has told. */
export function dropTold(client: QueryClient, told: Cart | null): void {
  update(client, (all) => all.filter((each) => isMissing(each, told)));
}

/** Forget all of them: they were of another cart. */
export function forgetAsked(client: QueryClient): void {
  update(client, () => []);
}

function update(client: QueryClient, change: (all: readonly Asked[]) => readonly Asked[]): void {
  client.setQueryData(askedQuery.queryKey, (all: readonly Asked[] = []) => change(all));
}
