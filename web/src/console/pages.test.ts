import { expect, it } from "vitest";
import { consolePages, mayOpen, pagesFor } from "./pages";
import { consoleRoles } from "./roles";

it("shows an admin everything, and a customer nothing", () => {
  expect(pagesFor(["admin"])).toEqual(consolePages);
  expect(pagesFor(["customer"])).toEqual([]);
});

it("opens a page to who has its role, with or without a slash at its end", () => {
  expect(mayOpen("/console/orders", ["customer", "admin"])).toBe(true);
  expect(mayOpen("/console/orders/", ["admin"])).toBe(true);
  expect(mayOpen("/console/orders", ["operator"])).toBe(false);
  expect(mayOpen("/console/unknown", ["admin"])).toBe(false);
});

it("leads those to the console who have a page there", () => {
  const roles = new Set(consolePages.flatMap((page) => page.roles));
  expect(new Set(consoleRoles)).toEqual(roles);
});
