import { useQuery } from "@tanstack/react-query";
import { QueryState } from "../../app/QueryState";
import { Skeleton } from "../../parts/Skeleton";
import { shell } from "../../strings/console/shell";
import { stock as words } from "../../strings/console/stock";
import { ConsoleLink } from "../parts/ConsoleLink";
import { Facts } from "../parts/Facts";
import { IncompleteNotice } from "../parts/Incomplete";
import { Part } from "../parts/Part";
import { AdjustForm } from "./AdjustForm";
import { stockQuery } from "./queries";
import { ReceiveForm } from "./ReceiveForm";

type Props = { productId: string; warehouseId: string };
const FIGURES = ["onHand", "reserved", "available", "received", "adjusted", "shipped"] as const;

/** The stock of a product in one warehouse: its figures, and what can be recorded of it. */
export function StockPane({ productId, warehouseId }: Props) {
  const query = useQuery(stockQuery({ productId, warehouseId }));
  return (
    <>
      <QueryState query={query} loading={<Skeleton shape="block" />}>
        {({ items: [shelf] }) =>
          shelf ? (
            <>
              <IncompleteNotice of={shelf} />
              <Facts of={Object.fromEntries(FIGURES.map((name) => [words[name], shelf[name]]))} />
            </>
          ) : (
            <p>{shell.none}</p>
          )
        }
      </QueryState>
      <ConsoleLink to="/console/products" filters={{ product: productId }}>
        {words.inProducts}
      </ConsoleLink>
      <ConsoleLink to="/console/events" filters={{ stream: `warehouse-${warehouseId}` }}>
        {words.events}
      </ConsoleLink>
      <Part title={words.receive}>
        <ReceiveForm productId={productId} warehouseId={warehouseId} />
      </Part>
      <Part title={words.adjust}>
        <AdjustForm productId={productId} warehouseId={warehouseId} />
      </Part>
    </>
  );
}
