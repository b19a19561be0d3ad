import { product as words } from "../strings/product";

const FEW = 5;

/** What can be said of how many there are: in words, and whether and how many can be put into a cart. */
export type StockWord = { text: string; kind: "done" | "waiting" | "failed"; most: number };

const MOST = 999;

/** Say how many pieces there are; `available` is null where that is not known. */
export function stockWord(forSale: boolean, inStock: boolean, available: number | null): StockWord {
  if (!forSale) return { text: words.stock.ended, kind: "failed", most: 0 };
  if (available === 0 || (available === null && !inStock)) return { text: words.stock.none, kind: "failed", most: 0 };
  if (available === null) return { text: words.stock.unknown, kind: "waiting", most: MOST };
  if (available <= FEW) return { text: words.stock.few(available), kind: "waiting", most: available };
  return { text: words.stock.many, kind: "done", most: Math.min(available, MOST) };
}
