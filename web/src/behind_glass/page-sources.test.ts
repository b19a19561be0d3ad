import { expect, it } from "vitest";
import { subjectOf } from "./page-sources";

it("tells from the address what a page is about", () => {
  expect(subjectOf("/products/5568228", "")).toEqual({ kind: "product", id: "5568228" });
  expect(subjectOf("/products/a%20b/", "?stars=5")).toEqual({ kind: "product", id: "a b" });
  expect(subjectOf("/orders/o1", "?placed=true")).toEqual({ kind: "order", id: "o1" });
  expect(subjectOf("/cart", "")).toEqual({ kind: "cart" });
  expect(subjectOf("/checkout", "")).toEqual({ kind: "cart" });
});

it("knows what is open in a pane of the console", () => {
  expect(subjectOf("/console/orders", "?status=Pending&order=o1")).toEqual({ kind: "order", id: "o1" });
  expect(subjectOf("/console/products", "?product=lamp")).toEqual({ kind: "product", id: "lamp" });
  expect(subjectOf("/console/orders", "")).toBeNull();
});

it("finds nothing on lists and on pages without data", () => {
  for (const path of ["/", "/products", "/orders", "/login", "/account/data"]) expect(subjectOf(path, "")).toBeNull();
});
