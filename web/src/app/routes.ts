import { accountRoute, erasedRoute } from "../account/route";
import { cartRoute } from "../cart/route";
import { catalogueRoute } from "../catalogue/route";
import { checkoutRoute } from "../checkout/route";
import { consoleRoute } from "../console/route";
import { joiningRoutes } from "../joining/route";
import { landingRoute } from "../landing/route";
import { orderRoute, ordersRoute } from "../order/route";
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
export const routeTree = rootRoute.addChildren([
  landingRoute,
  consoleRoute,
  cartRoute,
  checkoutRoute,
  orderRoute,
  ordersRoute,
  catalogueRoute,
  productRoute,
  ...joiningRoutes,
  accountRoute,
  erasedRoute,
]);
