import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "../app/root";
import { departmentsQuery } from "../catalogue/departments";
import { trendingQuery } from "./queries";

export const landingRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/",
  loader: ({ context: { client } }) => {
    // asked for beside the page's code; the page shows what comes, and what does not
    void client.prefetchQuery(departmentsQuery);
    void client.prefetchQuery(trendingQuery);
  },
  component: lazyRouteComponent(() => import("./LandingPage"), "LandingPage"),
});
