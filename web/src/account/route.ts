import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { places } from "../app/places";
import { rootRoute } from "../app/root";

const accountLayout = createRoute({
  getParentRoute: () => rootRoute,
  path: places.account,
  component: lazyRouteComponent(() => import("./AccountLayout"), "AccountLayout"),
});

const getParentRoute = () => accountLayout;

export const accountRoute = accountLayout.addChildren([
  createRoute({
    getParentRoute,
    path: "/",
    component: lazyRouteComponent(() => import("./ProfilePage"), "ProfilePage"),
  }),
  createRoute({
    getParentRoute,
    path: "/addresses",
    component: lazyRouteComponent(() => import("./AddressesPage"), "AddressesPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/sessions",
    component: lazyRouteComponent(() => import("./SessionsPage"), "SessionsPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/reviews",
    component: lazyRouteComponent(() => import("./OwnReviewsPage"), "OwnReviewsPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/data",
    component: lazyRouteComponent(() => import("./OwnDataPage"), "OwnDataPage"),
  }),
]);

export const erasedRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: places.erased,
  component: lazyRouteComponent(() => import("./ErasedPage"), "ErasedPage"),
});
