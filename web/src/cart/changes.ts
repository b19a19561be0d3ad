import type { Schema } from "../api/client";
import type { Cart, CartLine } from "./query";

/** What an addition shows before the server has answered. */
export type AddedProduct = Pick<Schema["Product"], "productId" | "name" | "department" | "picture" | "price">;

/** A change of a cart that a person asked for. */
export type CartChange =
  | { kind: "add"; product: AddedProduct; quantity: number }
  | { kind: "set"; productId: string; quantity: number }
  | { kind: "remove"; productId: string }
  | { kind: "clear" };

/** A change that was asked for; `version` is that of the cart with it, once the server has accepted it. */
export type Asked = { id: string; change: CartChange; version?: number };

const EMPTY: Cart = { cartId: "", items: [], pieces: 0, subtotal: null, canCheckOut: false, version: 0, position: 0 };

/** The cart as its person sees it: as the server told it last, with every change that is not in that yet. */
export function foldCart(told: Cart | null, asked: readonly Asked[]): Cart | null {
  const missing = asked.filter((each) => isMissing(each, told));
  return missing.length === 0 ? told : missing.reduce((cart, { change }) => applyChange(cart, change), told ?? EMPTY);
}

/** Whether a change is not in what the server told: it has not answered yet, or has told an older cart since. */
export function isMissing({ version }: Asked, told: Cart | null): boolean {
  return version === undefined || version > (told?.version ?? 0);
}

/** Return the cart with one change. */
export function applyChange(cart: Cart, change: CartChange): Cart {
  return withSums(cart, changedLines(cart.items, change));
}

function changedLines(lines: readonly CartLine[], change: CartChange): CartLine[] {
  switch (change.kind) {
    case "add":
      return added(lines, change.product, change.quantity);
    case "set":
      return lines.map((line) => (line.productId === change.productId ? accepted(line, change.quantity) : line));
    case "remove":
      return lines.filter((line) => line.productId !== change.productId);
    case "clear":
      return [];
  }
}

function added(lines: readonly CartLine[], product: AddedProduct, quantity: number): CartLine[] {
  if (lines.some((line) => line.productId === product.productId)) {
    return lines.map((line) => (line.productId === product.productId ? priced(line, line.quantity + quantity) : line));
  }
  return [...lines, lineOf(product, quantity)];
}

function lineOf({ productId, name, department, picture, price }: AddedProduct, quantity: number): CartLine {
  const now = new Date().toISOString();
  const prices = { unitPriceSeen: price, unitPrice: price, lineTotal: price };
  const line = { productId, name, department, picture, quantity, ...prices, forSale: true, available: quantity };
  return priced({ ...line, changes: [], addedAt: now, changedAt: now }, quantity);
}

/** Who sets a quantity accepts the price of now. */
function accepted(line: CartLine, quantity: number): CartLine {
  const changes = line.changes.filter((each) => each !== "priceChanged");
  return priced({ ...line, unitPriceSeen: line.unitPrice, changes }, quantity);
}

function priced(line: CartLine, quantity: number): CartLine {
  return { ...line, quantity, lineTotal: { ...line.unitPrice, amount: line.unitPrice.amount * quantity } };
}

function withSums(cart: Cart, items: CartLine[]): Cart {
  const sold = items.filter((line) => line.forSale);
  const amount = sold.reduce((sum, line) => sum + line.lineTotal.amount, 0);
  const subtotal = sold[0] ? { amount, currency: sold[0].unitPrice.currency } : null;
  return { ...cart, items, subtotal, pieces: items.reduce((sum, line) => sum + line.quantity, 0) };
}
