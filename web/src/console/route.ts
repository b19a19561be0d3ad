import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "../app/root";

const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/console",
  component: lazyRouteComponent(() => import("./ConsoleShell"), "ConsoleShell"),
});

const ordersRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/orders",
  component: lazyRouteComponent(() => import("./orders/OrdersPage"), "OrdersPage"),
});

/** The pages of those who keep the shop; which role may open which is in pages.ts. */
export const consoleRoute = shellRoute.addChildren([ordersRoute]);
