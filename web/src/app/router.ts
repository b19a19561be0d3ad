import type { QueryClient } from "@tanstack/react-query";
import { createRouter } from "@tanstack/react-router";
import { parseSearch, stringifySearch } from "./address";
import { PageError } from "./errors";
import { routeTree } from "./routes";
import { PageSkeleton } from "./skeletons";

export function createShopRouter(client: QueryClient) {
  const router = createRouter({
    routeTree,
    context: { client },
    parseSearch,
    stringifySearch,
    scrollRestoration: true,
    defaultPreload: "intent",
    defaultPreloadStaleTime: 0, // what is fresh, the query client knows
    defaultErrorComponent: PageError,
    defaultPendingComponent: PageSkeleton,
    defaultPendingMs: 150,
    defaultPendingMinMs: 0,
  });
  router.subscribe("onResolved", ({ pathChanged, fromLocation }) => {
    // a reader of the screen is told of the new page, and Tab goes on from its beginning
    if (pathChanged && fromLocation) document.getElementById("main")?.focus({ preventScroll: true });
  });
  return router;
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createShopRouter>;
  }
}
