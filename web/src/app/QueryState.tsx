import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Loading } from "../parts/Skeleton";
import { PartError } from "./errors";

type Props<T> = {
  query: UseQueryResult<T>;
  /** Skeletons of the size of what comes. */
  loading: ReactNode;
  children: (data: T) => ReactNode;
};

/** What a query has found, or that it is loading, or that it failed; what was found before stays when it fails later. */
export function QueryState<T>({ query, loading, children }: Props<T>) {
  if (query.data !== undefined) return children(query.data);
  if (query.isError) return <PartError error={query.error} onRetry={() => void query.refetch()} />;
  return <Loading>{loading}</Loading>;
}
