import { queryOptions } from "@tanstack/react-query";
import { api, read } from "../api/client";

/** What the shop has for development and the demo; it is asked once. */
export const developmentQuery = queryOptions({
  queryKey: ["development"],
  queryFn: () => read(api.GET("/bff/dev")),
  staleTime: Number.POSITIVE_INFINITY,
});
