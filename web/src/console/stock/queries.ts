import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, read } from "../../api/client";
import { type Filters, pageOf } from "../parts/filters";
import { PAGE_SIZE } from "../parts/Paged";

export const STOCK = ["console", "stock"];
const MOVES = 5_000;

export function stockQuery({ productId, warehouseId, level, page }: Filters) {
  const query = {
    limit: PAGE_SIZE,
    skip: (pageOf({ page }) - 1) * PAGE_SIZE,
    ...(productId && { productId }),
    ...(warehouseId && { warehouseId }),
    ...(level && { level: level as "low" | "out" }),
  };
  return queryOptions({
    queryKey: [...STOCK, query],
    queryFn: () => read(api.GET("/bff/admin/stock", { params: { query } })),
    placeholderData: keepPreviousData,
    refetchInterval: MOVES,
  });
}
