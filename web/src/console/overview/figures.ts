import { queryOptions } from "@tanstack/react-query";
import { api, read } from "../../api/client";

const FRESH = 10_000;

/** The figures of the last 24 hours by hour, and those of today (UTC). */
export const figuresQuery = queryOptions({
  queryKey: ["console", "figures"],
  queryFn: async () => {
    const today = new Date().toISOString().slice(0, 10);
    const [hours, day] = await Promise.all([
      read(api.GET("/bff/admin/analytics", { params: { query: { by: "hour" } } })),
      read(api.GET("/bff/admin/analytics", { params: { query: { by: "day", from: today } } })),
    ]);
    return { hours: hours.items, today: day.total };
  },
  refetchInterval: FRESH,
});

const LIVE = 2_000;

/** How far who reads the log is behind it. */
export const lagQuery = queryOptions({
  queryKey: ["console", "lag"],
  queryFn: () => read(api.GET("/bff/admin/lag")),
  refetchInterval: LIVE,
});
