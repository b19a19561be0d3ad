import { expect, it } from "vitest";
import { pageOf, readFilters, withFilters } from "./filters";

it("reads as text whatever the address says", () => {
  expect(readFilters("?number=0042&status=Shipping+Prepared")).toEqual({ number: "0042", status: "Shipping Prepared" });
  expect(readFilters("")).toEqual({});
});

it("changes what is given, removes what is empty, and keeps the rest", () => {
  expect(withFilters("?status=Shipped&page=3", { page: null, number: "a b" })).toBe("?status=Shipped&number=a+b");
  expect(withFilters("?status=Shipped", { status: "" })).toBe("");
});

it.each([
  ["7", 7],
  [undefined, 1],
  ["0", 1],
  ["-2", 1],
  ["x", 1],
])("takes page %s for %i", (said, page) => {
  expect(pageOf(said === undefined ? {} : { page: said })).toBe(page);
});
