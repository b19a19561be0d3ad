import { expect, it } from "vitest";
import { parseSearch, stringifySearch, wholeNumber, word } from "./address";

it.each([
  ["", {}],
  ["?q=fish+%26+chips", { q: "fish & chips" }],
  ["?a=1&a=2&b=", { a: ["1", "2"], b: "" }],
])("reads %j", (text, search) => {
  expect(parseSearch(text)).toEqual(search);
});

it("writes what it reads, and leaves out what is not there", () => {
  expect(stringifySearch({ q: "a b", page: 2, stock: true, brand: undefined, x: "", tags: ["1", "2"] })).toBe(
    "?q=a+b&page=2&stock=true&tags=1&tags=2",
  );
  expect(stringifySearch({})).toBe("");
});

it("takes no number for anything else than a whole one within its bounds", () => {
  const bounds = { least: 1, most: 5 };
  expect(["1", "5", 3].map((n) => wholeNumber({ n }, "n", bounds))).toEqual([1, 5, 3]);
  for (const n of ["0", "6", "1.5", "-1", "x", "", undefined, "1e1"])
    expect(wholeNumber({ n }, "n", bounds)).toBe(undefined);
  expect(word({ q: [" a ", "b"] }, "q")).toBe("a");
});
