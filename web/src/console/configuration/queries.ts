import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, read, type Schema } from "../../api/client";

type Key = Schema["ConfigKey"];

export const CONFIG = ["console", "configuration"];
export const KEYS: readonly Key[] = ["pricing", "deadlines", "trending"];

/** What is in force under a key, with its newest versions. */
export function configQuery(key: Key) {
  return queryOptions({
    queryKey: [...CONFIG, key],
    queryFn: () => read(api.GET("/bff/admin/config/{key}", { params: { path: { key }, query: { limit: 100 } } })),
  });
}

/** What was in force under a key in one version. */
export function versionQuery(key: Key, version: number) {
  return queryOptions({
    queryKey: [...CONFIG, key, version],
    queryFn: () => read(api.GET("/bff/admin/config/{key}/versions/{version}", { params: { path: { key, version } } })),
    placeholderData: keepPreviousData,
  });
}
