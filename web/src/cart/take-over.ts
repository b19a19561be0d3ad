import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { api, read, type Schema } from "../api/client";
import { forgetAsked } from "./asked";
import { guestId, keepGuest } from "./owner";

export type TakenOver = Schema["CartTransferred"];

/** What became of the guest's cart at the last log-in of this page, line by line; null once it was read, or never was. */
export const takenOverQuery = queryOptions({
  queryKey: ["cart-taken-over"],
  queryFn: (): TakenOver | null => null,
  staleTime: "static", // logging in asks for everything else again
  gcTime: Number.POSITIVE_INFINITY,
});

/**
 * After logging in or registering, with what the server answered: keep what became of the guest's cart for the cart's
 * page, and ask once more for a cart that could not be taken over then.
 */
export async function takeOverCart(client: QueryClient, signedIn: Schema["SignedIn"]): Promise<void> {
  const report = signedIn.cart ?? (guestId() ? await askAgain() : null);
  if (!report) return;
  keepGuest(null);
  forgetAsked(client); // they were of the guest's cart
  client.setQueryData(takenOverQuery.queryKey, report.lines.length > 0 ? report : null);
}

/** Forget the report: it was read. */
export function forgetTakenOver(client: QueryClient): void {
  client.setQueryData(takenOverQuery.queryKey, null);
}

/** The guest stays who it is where this fails too: its cart is taken over at the next log-in. */
async function askAgain(): Promise<TakenOver | null> {
  return read(api.POST("/bff/cart/transfer", { body: {} })).catch(() => null);
}
