import { Problem } from "../api/problems";
import { wordsOf } from "../parts/words";
import { product as words } from "../strings/product";

/** Say why pieces could not be put into the cart: how many there are, and how many of them are in it already. */
export function refusalOf(error: unknown): string {
  const extra = error instanceof Problem && error.code === "not_available" ? error.extra : {};
  const { available, inCart } = extra;
  if (typeof available !== "number") return wordsOf(error).what;
  const held = typeof inCart === "number" && inCart > 0 && available > 0 ? words.withInCart(inCart) : "";
  return words.onlyLeft(available) + held;
}
