import { catalogueRoute } from "../catalogue/route";
import { consoleRoute } from "../console/route";
import { landingRoute } from "../landing/route";
import { productRoute } from "../product/route";
import { rootRoute } from "./root";

/**
 * Every page. To add one: a folder by what a person does there, with
 *
 * - `route.ts`: `createRoute({ getParentRoute: () => rootRoute, path, validateSearch, loader, component })`, where
 *   `component: lazyRouteComponent(() => import("./Page"), "Page")` keeps its code out of the first page;
 * - `Page.tsx`, which renders `<title>`, one `<h1>`, and its own loading, empty and error states (`QueryState`);
 * - its words in `strings/`, and a test in `tests/web/`;
 *
 * and a line here.
 */
export const routeTree = rootRoute.addChildren([landingRoute, consoleRoute, catalogueRoute, productRoute]);
