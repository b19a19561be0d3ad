import type { Schema } from "../api/client";
import { landing } from "../strings/landing";

/** Say in words why a product is trending: what counted most of what happened today. */
export function whyTrending({ ordersToday, cartAddsToday, viewsToday }: Schema["TrendingReason"]): string {
  if (ordersToday > 0) return landing.why.orders(ordersToday);
  if (cartAddsToday > 0) return landing.why.carts(cartAddsToday);
  return viewsToday > 0 ? landing.why.views(viewsToday) : landing.why.earlier;
}
