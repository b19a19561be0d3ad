import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "../app/root";
import { parseFilters } from "./filters";
import { productsQuery } from "./queries";

export const catalogueRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/products",
  validateSearch: parseFilters,
  // what is left out stays in the search of the root: it is read once more
  loaderDeps: ({ search }) => parseFilters(search),
  loader: ({ context: { client }, deps }) => {
    void client.prefetchQuery(productsQuery(deps));
  },
  component: lazyRouteComponent(() => import("./CataloguePage"), "CataloguePage"),
});
