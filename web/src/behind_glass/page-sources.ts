import { queryOptions } from "@tanstack/react-query";
import { api, read, type Schema } from "../api/client";

export type Sources = Schema["Sources"];
/** What a page is about, as far as it is folded from streams that can be named. */
export type PageSubject = { kind: "product" | "order"; id: string } | { kind: "cart" };

const SUBJECTS: readonly [RegExp, "product" | "order"][] = [
  [/^\/products\/([^/]+)\/?$/, "product"],
  [/^\/orders\/([^/]+)\/?$/, "order"],
];
const CART = /^\/(cart|checkout)\/?$/;
const IN_CONSOLE: Readonly<Record<string, "product" | "order">> = {
  "/console/orders": "order",
  "/console/products": "product",
};

/** Tell from its address what a page is about; null for a list, or a page without data. */
export function subjectOf(path: string, search: string): PageSubject | null {
  if (CART.test(path)) return { kind: "cart" };
  for (const [pattern, kind] of SUBJECTS) {
    const id = pattern.exec(path)?.[1];
    if (id) return { kind, id: decodeURIComponent(id) };
  }
  const kind = IN_CONSOLE[path.replace(/\/$/, "")];
  const id = kind && new URLSearchParams(search).get(kind);
  return kind && id ? { kind, id } : null;
}

/** The streams that a page was folded from. */
export function sourcesQuery(subject: PageSubject | null) {
  return queryOptions({
    queryKey: ["sources", subject],
    queryFn: (): Promise<Sources> => askFor(subject),
    enabled: subject !== null,
    staleTime: 0,
  });
}

function askFor(subject: PageSubject | null): Promise<Sources> {
  switch (subject?.kind) {
    case "product":
      return read(api.GET("/bff/dev/sources/products/{product_id}", { params: { path: { product_id: subject.id } } }));
    case "order":
      return read(api.GET("/bff/dev/sources/orders/{order_id}", { params: { path: { order_id: subject.id } } }));
    default:
      return read(api.GET("/bff/dev/sources/cart"));
  }
}
