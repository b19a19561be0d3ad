import type { Role } from "../app/session";

/** The roles for which the console has a page; apart from the pages, for what leads there is in the first page. */
export const consoleRoles: readonly Role[] = ["admin", "operator", "analyst", "auditor"];
