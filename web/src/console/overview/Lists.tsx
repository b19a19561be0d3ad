import { hasRole, useSession } from "../../app/session";
import { Money } from "../../parts/Money";
import type { Column } from "../../parts/Table";
import { When } from "../../parts/When";
import { overview as words } from "../../strings/console/overview";
import { toneOf } from "../orders/status";
import { ConsoleLink } from "../parts/ConsoleLink";
import { RowTable } from "../parts/RowTable";
import { Status } from "../parts/Status";
import type { Board, Shelf } from "./board";
import { Card } from "./Card";

type Order = Board["newest"][number];
const MOST_SHELVES = 5;
const MOST_ORDERS = 10;

/** What has to be ordered again, the sold out first. */
export function LowStock({ of: { out, low, items } }: { of: Board["stock"] }) {
  const counts = `${words.out}: ${out.toLocaleString("en")}. ${words.low}: ${low.toLocaleString("en")}.`;
  const columns: Column<Shelf>[] = [
    { head: words.product, cell: (shelf) => <ShelfLink shelf={shelf} /> },
    { head: words.warehouse, cell: ({ warehouseId }) => warehouseId },
    { head: words.available, figures: true, cell: ({ available }) => available.toLocaleString("en") },
  ];
  return (
    <Card title={words.stock} why={counts}>
      {items.length === 0 ? (
        <p>{words.noneLow}</p>
      ) : (
        <RowTable
          caption={words.stockCaption}
          columns={columns}
          rows={items.slice(0, MOST_SHELVES)}
          keyOf={({ productId, warehouseId }) => `${productId} ${warehouseId}`}
        />
      )}
    </Card>
  );
}

function ShelfLink({ shelf: { productId, name, warehouseId } }: { shelf: Shelf }) {
  if (!hasRole(useSession(), "admin")) return name ?? productId;
  return (
    <ConsoleLink to="/console/stock" filters={{ productId, product: productId, at: warehouseId }}>
      {name ?? productId}
    </ConsoleLink>
  );
}

/** The newest orders, as they move. */
export function Newest({ of }: { of: Board["newest"] }) {
  const columns: Column<Order>[] = [
    { head: words.order, cell: (order) => <OrderLink order={order} /> },
    { head: words.status, cell: ({ status }) => <Status tone={toneOf(status)}>{status}</Status> },
    { head: words.placedAt, cell: ({ createdAt }) => <When at={createdAt} /> },
    {
      head: words.sum,
      figures: true,
      cell: ({ totalAmount, currency }) => <Money of={{ amount: totalAmount, currency }} />,
    },
  ];
  return (
    <Card title={words.newest}>
      {of.length === 0 ? (
        <p>{words.none}</p>
      ) : (
        <RowTable
          caption={words.newestCaption}
          columns={columns}
          rows={of.slice(0, MOST_ORDERS)}
          keyOf={({ orderId }) => orderId}
        />
      )}
    </Card>
  );
}

function OrderLink({ order: { orderId, orderNumber } }: { order: Order }) {
  const isAdmin = hasRole(useSession(), "admin");
  const [to, filters] = isAdmin ? ["/console/orders", { order: orderId }] : ["/console/sagas", { saga: orderId }];
  return (
    <ConsoleLink to={to} filters={filters}>
      {orderNumber}
    </ConsoleLink>
  );
}
