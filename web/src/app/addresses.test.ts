import { QueryClient } from "@tanstack/react-query";
import { expect, it } from "vitest";
import addresses from "./addresses.json";
import { createShopRouter } from "./router";

it("lists the address of every page, for who serves them", () => {
  const paths = Object.keys(createShopRouter(new QueryClient()).routesByPath).map((path) =>
    path.replace(/(.)\/$/, "$1"),
  );
  expect(addresses).toEqual([...new Set(paths)].sort());
});
