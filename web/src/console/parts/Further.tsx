import type { UseInfiniteQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { PartError } from "../../app/errors";
import { Button } from "../../parts/Button";
import css from "./Further.module.css";

type Query = Pick<
  UseInfiniteQueryResult,
  "error" | "fetchNextPage" | "hasNextPage" | "isFetchingNextPage" | "isFetchNextPageError"
>;

/** Below what was found: how far that goes, and the way on. */
export function Further({ query, more, children }: { query: Query; more: string; children: ReactNode }) {
  return (
    <footer className={css.further}>
      {children}
      {query.hasNextPage && (
        <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {more}
        </Button>
      )}
      {query.isFetchNextPageError && query.error && <PartError error={query.error} />}
    </footer>
  );
}
