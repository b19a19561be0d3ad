import { expect, it } from "vitest";
import { parseView } from "./view";

it.each([
  [{}, {}],
  [
    { stars: "4", sort: "lowest" },
    { stars: 4, sort: "lowest" },
  ],
  [{ stars: "6", sort: "newest" }, {}],
  [{ stars: "x", sort: "worst" }, {}],
])("reads %j as %j", (search, view) => {
  expect(parseView(search)).toEqual(view);
});
