import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "../app/root";
import { productQuery } from "./queries";
import { parseView } from "./view";

export const productRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/products/$productId",
  validateSearch: parseView,
  loaderDeps: ({ search }) => parseView(search),
  loader: ({ context: { client }, params, preload }) => {
    // to point at a product is not to look at it: only its page is counted as a view
    if (!preload) void client.prefetchQuery(productQuery(params.productId));
  },
  component: lazyRouteComponent(() => import("./ProductPage"), "ProductPage"),
});
