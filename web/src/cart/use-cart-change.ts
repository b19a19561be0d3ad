import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { sessionQuery } from "../app/session";
import { tellTabs } from "../app/tabs";
import { dropAsked, dropTold, noteAccepted, noteAsked } from "./asked";
import type { CartChange } from "./changes";
import { type CartOwner, guestId } from "./owner";
import { cartQuery } from "./query";
import { sendChange } from "./requests";

const KEY = ["cart"];

/**
 * Change the cart: `const change = useCartChange(); change.mutate({ kind: "add", product, quantity: 1 })`.
 *
 * Everybody who uses `useCart` sees the change at once. Changes are sent one after another, in the order in which they
 * were asked for; what the server refuses is taken back, and is the `error` of this mutation alone.
 */
export function useCartChange() {
  const client = useQueryClient();
  return useMutation({
    mutationKey: KEY,
    scope: { id: "cart" },
    mutationFn: async (change: CartChange) => sendChange(change, await isPerson(client)),
    onMutate: (change) => noteAsked(client, change),
    onSuccess: (accepted, _, id) => {
      noteAccepted(client, id, accepted.version);
      tellTabs("cart");
    },
    onError: (_error, _change, id) => id && dropAsked(client, id),
    onSettled: () => {
      // not waited for: the next change need not wait until this one was told
      if (client.isMutating({ mutationKey: KEY }) <= 1) void tell(client);
    },
  });
}

async function isPerson(client: QueryClient): Promise<boolean> {
  return Boolean(await client.ensureQueryData(sessionQuery));
}

/** Ask the server for the cart, which has every change that it accepted. */
async function tell(client: QueryClient): Promise<void> {
  const query = cartQuery(await ownerOf(client));
  await client.cancelQueries({ queryKey: query.queryKey });
  const told = await client.fetchQuery({ ...query, staleTime: 0, retry: false }).catch(() => undefined); // the change is made all the same; the cart's own query says what is wrong
  if (told !== undefined) dropTold(client, told);
}

async function ownerOf(client: QueryClient): Promise<CartOwner> {
  if (await isPerson(client)) return { kind: "person" };
  const guest = guestId();
  return guest ? { kind: "guest", guestId: guest } : { kind: "nobody" };
}
