import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, read, type Schema } from "../../api/client";
import { type Filters, pageOf } from "../parts/filters";
import { PAGE_SIZE } from "../parts/Paged";

export const PEOPLE = ["console", "people"];

export function peopleQuery({ mail, role, state, page }: Filters) {
  const query = {
    limit: PAGE_SIZE,
    skip: (pageOf({ page }) - 1) * PAGE_SIZE,
    ...(mail && { q: mail }),
    ...(role && { role: role as Schema["ActorType"] }),
    ...(state && { state: state as Schema["UserState"] }),
  };
  return queryOptions({
    queryKey: [...PEOPLE, "list", query],
    queryFn: () => read(api.GET("/bff/admin/users", { params: { query } })),
    placeholderData: keepPreviousData,
  });
}

export function personQuery(userId: string) {
  return queryOptions({
    queryKey: [...PEOPLE, "one", userId],
    queryFn: () => read(api.GET("/bff/admin/users/{user_id}", { params: { path: { user_id: userId } } })),
  });
}
