import type { Role } from "../app/session";
import { shell } from "../strings/console/shell";

export type ConsolePage = {
  path: string;
  name: string;
  roles: readonly Role[];
  /** Whether it is there only where the shop keeps its mails itself. */
  needsMailbox?: boolean;
  /** Whether it is about one thing, to which lists lead: the navigation does not have it. */
  isOfOne?: boolean;
};

/** The pages of the console, in the order of its navigation, with the roles that may open each. */
export const consolePages: readonly ConsolePage[] = [
  { path: "/console/overview", name: shell.pages.overview, roles: ["admin", "operator", "analyst"] },
  { path: "/console/orders", name: shell.pages.orders, roles: ["admin"] },
  { path: "/console/products", name: shell.pages.products, roles: ["admin"] },
  { path: "/console/stock", name: shell.pages.stock, roles: ["admin"] },
  { path: "/console/reviews", name: shell.pages.reviews, roles: ["admin"] },
  { path: "/console/people", name: shell.pages.people, roles: ["admin"] },
  { path: "/console/events", name: shell.pages.events, roles: ["admin", "operator", "analyst", "auditor"] },
  { path: "/console/replay", name: shell.pages.replay, roles: ["admin", "analyst"] },
  { path: "/console/audit", name: shell.pages.audit, roles: ["admin", "auditor"] },
  { path: "/console/time-travel", name: shell.pages.time, roles: ["admin", "analyst"] },
  { path: "/console/what-if", name: shell.pages.whatif, roles: ["admin", "analyst"] },
  { path: "/console/configuration", name: shell.pages.configuration, roles: ["admin"] },
  { path: "/console/sagas", name: shell.pages.sagas, roles: ["admin", "operator"] },
  { path: "/console/dead-letters", name: shell.pages.letters, roles: ["admin", "operator"] },
  { path: "/console/projections", name: shell.pages.projections, roles: ["admin", "operator"] },
  { path: "/console/order", name: shell.pages.order, roles: ["admin", "operator"], isOfOne: true },
  { path: "/console/mailbox", name: shell.pages.mailbox, roles: ["admin", "operator"], needsMailbox: true },
];

/** The pages that somebody with these roles may open. */
export function pagesFor(roles: readonly Role[]): ConsolePage[] {
  return consolePages.filter((page) => page.roles.some((role) => roles.includes(role)));
}

/** Whether somebody with these roles may open the page at this path; one that is not in the list, nobody may. */
export function mayOpen(path: string, roles: readonly Role[]): boolean {
  return pagesFor(roles).some((page) => page.path === path.replace(/\/$/, ""));
}
