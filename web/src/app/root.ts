import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext } from "@tanstack/react-router";
import { NotFound, PageError } from "./errors";
import { Shell } from "./Shell";

/** What a route's loader can use. */
export type RouteContext = { client: QueryClient };

/** The root of all routes; see routes.ts. */
export const rootRoute = createRootRouteWithContext<RouteContext>()({
  component: Shell,
  errorComponent: PageError,
  notFoundComponent: NotFound,
});
