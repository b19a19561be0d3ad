import { expect, it } from "vitest";
import { stockWord } from "./stock";

it.each([
  [true, true, 24, "In stock", 24],
  [true, true, 5, "5 left", 5],
  [true, true, 5000, "In stock", 999],
  [true, false, 0, "Sold out", 0],
  [true, false, null, "Sold out", 0],
  [true, true, null, "How many there are is not known right now.", 999],
  [false, true, 9, "Not sold any more", 0],
])("for sale %s, in stock %s, %s there: %s", (forSale, inStock, available, text, most) => {
  expect(stockWord(forSale, inStock, available)).toMatchObject({ text, most });
});
