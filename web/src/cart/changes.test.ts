import { expect, it } from "vitest";
import { type Asked, applyChange, type CartChange, foldCart } from "./changes";
import type { Cart, CartLine } from "./query";

const usd = (amount: number) => ({ amount, currency: "USD" });
const bread = { productId: "bread", name: "Bread", department: "Bakery", picture: "/b.svg", price: usd(150) };
const line = (productId: string, quantity: number, amount: number): CartLine => ({
  productId,
  name: productId,
  department: "Deli",
  picture: "/p.svg",
  quantity,
  unitPriceSeen: usd(amount),
  unitPrice: usd(amount),
  lineTotal: usd(amount * quantity),
  forSale: true,
  available: 9,
  changes: [],
  addedAt: "2026-01-01T00:00:00Z",
  changedAt: "2026-01-01T00:00:00Z",
});
const cart = (version: number, ...items: CartLine[]): Cart => ({
  cartId: "c",
  items,
  pieces: items.reduce((sum, each) => sum + each.quantity, 0),
  subtotal: items.length ? usd(items.reduce((sum, each) => sum + each.lineTotal.amount, 0)) : null,
  canCheckOut: true,
  version,
  position: 1,
});
const add = (quantity = 1): CartChange => ({ kind: "add", product: bread, quantity });
const asked = (change: CartChange, version?: number): Asked => ({ id: "1", change, ...(version && { version }) });

it("shows what the server told where nothing was asked for", () => {
  const told = cart(3, line("ham", 1, 50));
  expect(foldCart(told, [])).toBe(told);
  expect(foldCart(null, [])).toBeNull();
});

it("shows an addition before there is any cart", () => {
  const shown = foldCart(null, [asked(add(2))]);
  expect(shown).toMatchObject({ pieces: 2, subtotal: usd(300), items: [{ productId: "bread", quantity: 2 }] });
});

it("adds to the line that is there", () => {
  const shown = foldCart(cart(3, line("bread", 2, 150)), [asked(add())]);
  expect(shown).toMatchObject({ pieces: 3, subtotal: usd(450), items: [{ quantity: 3, lineTotal: usd(450) }] });
});

it("counts a change once: what was accepted stays until the server tells a cart with it, and not longer", () => {
  const change = asked(add(), 4);
  expect(foldCart(cart(3), [change])?.pieces).toBe(1);
  expect(foldCart(cart(4, line("bread", 1, 150)), [change])?.pieces).toBe(1);
  expect(foldCart(cart(5, line("bread", 2, 150)), [change])?.pieces).toBe(2);
});

it("applies changes in the order in which they were asked for", () => {
  const changes = [add(2), { kind: "set", productId: "bread", quantity: 5 } as const, add(1)];
  expect(
    foldCart(
      cart(1),
      changes.map((each) => asked(each)),
    )?.pieces,
  ).toBe(6);
  const cleared: CartChange[] = [add(2), { kind: "clear" }, add(1)];
  expect(
    foldCart(
      cart(1, line("ham", 3, 50)),
      cleared.map((each) => asked(each)),
    )?.pieces,
  ).toBe(1);
});

it("leaves what is not for sale out of the sum, and has no sum of nothing", () => {
  const ended = { ...line("ham", 1, 50), forSale: false };
  expect(applyChange(cart(1, ended, line("bread", 1, 150)), add()).subtotal).toEqual(usd(300));
  expect(applyChange(cart(1, line("ham", 1, 50)), { kind: "remove", productId: "ham" }).subtotal).toBeNull();
  expect(applyChange(cart(1, ended), { kind: "set", productId: "other", quantity: 4 }).pieces).toBe(1);
});

it("accepts the price of now with a quantity, and only then", () => {
  const dearer = { ...line("bread", 1, 200), unitPriceSeen: usd(150), changes: ["priceChanged", "fewerAvailable"] };
  const set = applyChange(cart(1, dearer), { kind: "set", productId: "bread", quantity: 1 });
  expect(set.items[0]).toMatchObject({ unitPriceSeen: usd(200), changes: ["fewerAvailable"] });
  expect(applyChange(cart(1, dearer), add()).items[0]).toMatchObject({ unitPriceSeen: usd(150) });
});
