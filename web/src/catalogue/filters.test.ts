import { expect, it } from "vitest";
import { parseSearch } from "../app/address";
import { addressOf, changeFilters, countFilters, type Filters, parseFilters, queryOf, sortOf } from "./filters";

const ALL: Filters = {
  q: "fish & chips",
  department: "Grocery",
  category: "Frozen",
  brand: "Store brand",
  min: 100,
  max: 500,
  currency: "USD",
  stock: "in",
  stars: 4,
  sort: "-price",
  page: 3,
};

it("reads from an address what it wrote into it", () => {
  expect(parseFilters(parseSearch(addressOf(ALL)))).toEqual(ALL);
  expect(addressOf({})).toBe("");
});

it("leaves out of an address what makes no sense", () => {
  const nonsense = "?page=0&min=-1&max=x&stars=9&sort=colour&stock=maybe&currency=usd&q=%20&other=1";
  expect(parseFilters(parseSearch(nonsense))).toEqual({});
  expect(parseFilters({ page: "1" })).toEqual({});
  expect(parseFilters({ q: "x".repeat(300) }).q).toHaveLength(200);
});

it("asks the BFF for the part of the list that a page shows", () => {
  expect(queryOf({})).toEqual({ limit: 24 });
  expect(queryOf(ALL)).toEqual({
    q: "fish & chips",
    department: "Grocery",
    category: "Frozen",
    brand: "Store brand",
    currency: "USD",
    sort: "-price",
    minPrice: 100,
    maxPrice: 500,
    inStock: true,
    minRating: 4,
    skip: 48,
    limit: 24,
  });
  expect(queryOf({ currency: "USD" })).toEqual({ limit: 24 });
});

it("goes to the first page when anything changes, and only there when the page does", () => {
  expect(changeFilters(ALL, { stars: 3 })).toEqual({ ...ALL, stars: 3, page: undefined });
  expect(changeFilters(ALL, { page: 4 }).page).toBe(4);
  expect(changeFilters(ALL, { brand: undefined })).not.toHaveProperty("brand");
});

it("forgets the category with its department", () => {
  expect(changeFilters(ALL, { department: "Deli" })).toMatchObject({ department: "Deli" });
  expect(changeFilters(ALL, { department: "Deli" })).not.toHaveProperty("category");
  expect(changeFilters(ALL, { department: "Deli", category: "Ham" }).category).toBe("Ham");
});

it("knows the order of a list for which none was chosen", () => {
  expect([sortOf({}), sortOf({ q: "a" }), sortOf({ q: "a", sort: "price" })]).toEqual(["name", "relevance", "price"]);
});

it("counts what narrows the list", () => {
  expect(countFilters(ALL)).toBe(7);
  expect(countFilters({ q: "a", sort: "price", page: 2 })).toBe(0);
});
