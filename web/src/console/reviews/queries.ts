import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, read } from "../../api/client";
import { type Filters, pageOf } from "../parts/filters";
import { PAGE_SIZE } from "../parts/Paged";

export const REVIEWS = ["console", "reviews"];
const MOVES = 5_000;

export function reviewsQuery({ show, page }: Filters) {
  const query = {
    limit: PAGE_SIZE,
    skip: (pageOf({ page }) - 1) * PAGE_SIZE,
    show: show === "hidden" ? ("hidden" as const) : ("reported" as const),
  };
  return queryOptions({
    queryKey: [...REVIEWS, query],
    queryFn: () => read(api.GET("/bff/admin/reviews", { params: { query } })),
    placeholderData: keepPreviousData,
    refetchInterval: MOVES,
  });
}
