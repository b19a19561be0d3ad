import { api, read, type Schema } from "../api/client";
import { Problem } from "../api/problems";
import type { CartChange } from "./changes";
import { guestId, keepGuest } from "./owner";

type Accepted = Schema["CartAccepted"];

/** What the server says to a guest whose cart is no more: the browser becomes another guest. */
const ENDED = new Set(["cart_transferred", "cart_expired"]);

/** Whether an error says that this guest's cart has ended. */
export function isGuestEnded(error: unknown): boolean {
  return error instanceof Problem && ENDED.has(error.code);
}

/** What is asked for goes on when its page is left. */
const LASTING = { keepalive: true };

/** Ask the server for a change of the cart of who is logged in, or of this browser's guest. */
export function sendChange(change: CartChange, isPerson: boolean): Promise<Accepted> {
  return isPerson ? sendForPerson(change) : sendForGuest(change);
}

function sendForPerson(change: CartChange): Promise<Accepted> {
  switch (change.kind) {
    case "add":
      return read(api.POST("/bff/cart/items", { body: lineOf(change), ...LASTING }));
    case "set": {
      const params = { path: { product_id: change.productId } };
      return read(api.PUT("/bff/cart/items/{product_id}", { params, body: { quantity: change.quantity }, ...LASTING }));
    }
    case "remove":
      return read(
        api.DELETE("/bff/cart/items/{product_id}", { params: { path: { product_id: change.productId } }, ...LASTING }),
      );
    case "clear":
      return read(api.DELETE("/bff/cart", LASTING));
  }
}

async function sendForGuest(change: CartChange): Promise<Accepted> {
  try {
    return await sendAs(guestId() ?? (await becomeGuest()), change);
  } catch (error) {
    if (!isGuestEnded(error)) throw error;
    keepGuest(null);
    if (change.kind !== "add") throw error;
    return sendAs(await becomeGuest(), change);
  }
}

async function becomeGuest(): Promise<string> {
  const guest = await read(api.POST("/bff/guest/cart"));
  keepGuest(guest.guestId);
  return guest.guestId;
}

function sendAs(guest_id: string, change: CartChange): Promise<Accepted> {
  const ITEM = "/bff/guest/cart/{guest_id}/items/{product_id}";
  switch (change.kind) {
    case "add":
      return read(
        api.POST("/bff/guest/cart/{guest_id}/items", {
          params: { path: { guest_id } },
          body: lineOf(change),
          ...LASTING,
        }),
      );
    case "set": {
      const params = { path: { guest_id, product_id: change.productId } };
      return read(api.PUT(ITEM, { params, body: { quantity: change.quantity }, ...LASTING }));
    }
    case "remove":
      return read(api.DELETE(ITEM, { params: { path: { guest_id, product_id: change.productId } }, ...LASTING }));
    case "clear":
      return read(api.DELETE("/bff/guest/cart/{guest_id}", { params: { path: { guest_id } }, ...LASTING }));
  }
}

function lineOf({ product, quantity }: Extract<CartChange, { kind: "add" }>) {
  return { productId: product.productId, quantity };
}
