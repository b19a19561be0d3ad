import { useRouter } from "@tanstack/react-router";
import type { MouseEvent, ReactNode } from "react";
import { type FilterChanges, withFilters } from "./filters";

type Props = { to: string; filters: FilterChanges; children: ReactNode };

/** A link to another page of the console, with filters of that page. */
export function ConsoleLink({ to, filters, children }: Props) {
  const router = useRouter();
  const href = to + withFilters("", filters);
  const follow = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    void router.navigate({ href });
  };
  return (
    <a href={href} onClick={follow}>
      {children}
    </a>
  );
}
