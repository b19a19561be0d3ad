/** The addresses of pages that others link to; what stands there is in routes.ts. */
export const places = {
  home: "/",
  products: "/products",
  cart: "/cart",
  checkout: "/checkout",
  login: "/login",
  register: "/register",
  verify: "/verify-email",
  reset: "/reset-password",
  account: "/account",
  addresses: "/account/addresses",
  sessions: "/account/sessions",
  ownReviews: "/account/reviews",
  ownData: "/account/data",
  erased: "/erased",
  orders: "/orders",
  console: "/console",
} as const;

/** The address of the log-in page that comes back to here. */
export function loginHere(): string {
  const here = location.pathname + location.search;
  return `${places.login}?back=${encodeURIComponent(here)}`;
}

/** Return where to go after logging in: a path of the shop's own, whatever the address bar says. */
export function safeBack(back: unknown): string {
  return typeof back === "string" && /^\/(?![/\\])/.test(back) ? back : places.home;
}
