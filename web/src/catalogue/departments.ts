import { queryOptions } from "@tanstack/react-query";
import { api, read } from "../api/client";

/** All departments with their categories, pictures and numbers of products. */
export const departmentsQuery = queryOptions({
  queryKey: ["departments"],
  queryFn: () => read(api.GET("/bff/departments")),
  staleTime: 60_000,
});
