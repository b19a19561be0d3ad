import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "../app/root";

const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/console",
  component: lazyRouteComponent(() => import("./ConsoleShell"), "ConsoleShell"),
});

const overviewRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/overview",
  component: lazyRouteComponent(() => import("./overview/OverviewPage"), "OverviewPage"),
});

const ordersRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/orders",
  component: lazyRouteComponent(() => import("./orders/OrdersPage"), "OrdersPage"),
});

const productsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/products",
  component: lazyRouteComponent(() => import("./products/ProductsPage"), "ProductsPage"),
});

const stockRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/stock",
  component: lazyRouteComponent(() => import("./stock/StockPage"), "StockPage"),
});

const reviewsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/reviews",
  component: lazyRouteComponent(() => import("./reviews/ReviewsPage"), "ReviewsPage"),
});

const peopleRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/people",
  component: lazyRouteComponent(() => import("./people/PeoplePage"), "PeoplePage"),
});

const configurationRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/configuration",
  component: lazyRouteComponent(() => import("./configuration/ConfigurationPage"), "ConfigurationPage"),
});

const sagasRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/sagas",
  component: lazyRouteComponent(() => import("./sagas/SagasPage"), "SagasPage"),
});

const lettersRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/dead-letters",
  component: lazyRouteComponent(() => import("./letters/LettersPage"), "LettersPage"),
});

const projectionsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/projections",
  component: lazyRouteComponent(() => import("./projections/ProjectionsPage"), "ProjectionsPage"),
});

const orderRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/order",
  component: lazyRouteComponent(() => import("./order/OrderPage"), "OrderPage"),
});

const mailboxRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/mailbox",
  component: lazyRouteComponent(() => import("./mailbox/MailboxPage"), "MailboxPage"),
});

const eventsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/events",
  component: lazyRouteComponent(() => import("./events/EventsPage"), "EventsPage"),
});

const replayRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/replay",
  component: lazyRouteComponent(() => import("./replay/ReplayPage"), "ReplayPage"),
});

const auditRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/audit",
  component: lazyRouteComponent(() => import("./audit/AuditPage"), "AuditPage"),
});

const timeRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/time-travel",
  component: lazyRouteComponent(() => import("./time/TimePage"), "TimePage"),
});

const whatIfRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/what-if",
  component: lazyRouteComponent(() => import("./whatif/WhatIfPage"), "WhatIfPage"),
});

/** The pages of those who keep the shop; which role may open which is in pages.ts. */
export const consoleRoute = shellRoute.addChildren([
  overviewRoute,
  ordersRoute,
  orderRoute,
  productsRoute,
  stockRoute,
  reviewsRoute,
  peopleRoute,
  eventsRoute,
  replayRoute,
  auditRoute,
  timeRoute,
  whatIfRoute,
  configurationRoute,
  sagasRoute,
  lettersRoute,
  projectionsRoute,
  mailboxRoute,
]);
