import { expect, it } from "vitest";
import { Problem } from "../api/problems";
import { refusalOf } from "./refusal";

const refusal = (extra: object) => new Problem({ status: 409, code: "not_available", detail: "", ...extra });

it.each([
  [{ available: 3, inCart: 0 }, "There are only 3."],
  [{ available: 3, inCart: 2 }, "There are only 3. 2 of them are in your cart."],
  [{ available: 0, inCart: 1 }, "There are none left."],
  [{}, "There are not that many left."],
])("says of %j: %s", (extra, words) => {
  expect(refusalOf(refusal(extra))).toBe(words);
});
