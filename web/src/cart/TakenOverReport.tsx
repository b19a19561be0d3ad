import { useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, read } from "../api/client";
import { Button } from "../parts/Button";
import { Notice } from "../parts/Notice";
import { cart as words } from "../strings/cart";
import css from "./CartPage.module.css";
import type { Cart } from "./query";
import { forgetTakenOver, type TakenOver, takenOverQuery } from "./take-over";

const said = words.takenOver;
type Line = TakenOver["lines"][number];

/** What became of the guest's cart at the log-in, line by line, until it was read. */
export function TakenOverReport({ cart }: { cart: Cart | null }) {
  const client = useQueryClient();
  const report = useQuery(takenOverQuery).data;
  const nameOf = useNames(report?.lines ?? [], cart);
  if (!report) return null;
  const close = (
    <Button look="plain" onClick={() => forgetTakenOver(client)}>
      {said.close}
    </Button>
  );
  return (
    <div className={css.reportBox}>
      <Notice kind="info" title={said.title} action={close}>
        <ul className={css.report}>
          {report.lines.map((line) => (
            <li key={line.productId}>{lineWords(line, nameOf(line.productId))}</li>
          ))}
        </ul>
      </Notice>
    </div>
  );
}

export function lineWords({ rule, guestQuantity, userQuantity, resultQuantity }: Line, name: string): string {
  switch (rule) {
    case "summed":
      return said.summed(name, guestQuantity, userQuantity, resultQuantity);
    case "cappedAtStock":
      return resultQuantity === 0 ? said.none(name) : said.cappedAtStock(name, resultQuantity);
    default:
      return said[rule](name);
  }
}

/** The names of products: from the cart, and of those that are not in it, from the catalogue. */
function useNames(lines: readonly Line[], cart: Cart | null): (productId: string) => string {
  const names = new Map(cart?.items.map(({ productId, name }) => [productId, name]));
  const missing = lines.map(({ productId }) => productId).filter((productId) => !names.get(productId));
  const found = useQueries({
    queries: missing.map((product_id) => ({
      queryKey: ["products", product_id],
      queryFn: () => read(api.GET("/bff/products/{product_id}", { params: { path: { product_id } } })),
    })),
  });
  for (const { data } of found) if (data) names.set(data.productId, data.name);
  return (productId) => names.get(productId) ?? words.unnamed;
}
