import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "../app/root";

/** `placed` is there when the order was placed just now. */
export const orderRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/orders/$orderId",
  validateSearch: ({ placed }: Record<string, unknown>): { placed?: true } => (placed === true ? { placed: true } : {}),
  component: lazyRouteComponent(() => import("./OrderPage"), "OrderPage"),
});

export const ordersRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/orders",
  validateSearch: ({ page }: Record<string, unknown>): { page?: number } =>
    Number.isInteger(page) && (page as number) > 1 ? { page: page as number } : {},
  component: lazyRouteComponent(() => import("./OrdersPage"), "OrdersPage"),
});
