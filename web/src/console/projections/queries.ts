import { queryOptions } from "@tanstack/react-query";
import { api, read, type Schema } from "../../api/client";

export type ReadModel = Schema["ReadModelListed"];
export type Version = Schema["ReadModelVersion"];
export type Action = "rebuild" | "switch" | "rollback" | "drop";

export const PROJECTIONS = ["console", "projections"];
/** Milliseconds after which the versions are asked for again: while something is built, it is watched. */
const BUILDING = 500;
const STILL = 2_000;

export const projectionsQuery = queryOptions({
  queryKey: PROJECTIONS,
  queryFn: () => read(api.GET("/bff/admin/projections")),
  refetchInterval: ({ state }) => (state.data?.items.some(isBuilding) ? BUILDING : STILL),
});

export function isBuilding({ versions }: ReadModel): boolean {
  return versions.some(({ state }) => state === "building");
}

/** What can be done about a version, besides having another one built. */
export function actionsOf({ isCurrent, isPrevious, state }: Version): Action[] {
  if (isCurrent) return [];
  if (state !== "verified") return ["drop"];
  return [isPrevious ? "rollback" : "switch", "drop"];
}

/** Have one of these things done. */
export function send(view: string, rebuild: number, action: Action, reason: string) {
  const body = { reason };
  const path = { view, rebuild };
  switch (action) {
    case "rebuild":
      return read(api.POST("/bff/admin/projections/{view}/rebuild", { params: { path: { view } }, body }));
    case "rollback":
      return read(api.POST("/bff/admin/projections/{view}/rollback", { params: { path: { view } }, body }));
    case "switch":
      return read(api.POST("/bff/admin/projections/{view}/versions/{rebuild}/switch", { params: { path }, body }));
    case "drop":
      return read(api.POST("/bff/admin/projections/{view}/versions/{rebuild}/drop", { params: { path }, body }));
  }
}
