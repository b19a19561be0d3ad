import { useQuery } from "@tanstack/react-query";
import type { Schema } from "../../api/client";
import { Money } from "../../parts/Money";
import type { Column } from "../../parts/Table";
import { When } from "../../parts/When";
import { orders as words } from "../../strings/console/orders";
import { FilterLink } from "../parts/FilterLink";
import { useFilters } from "../parts/filters";
import { IncompleteMark } from "../parts/Incomplete";
import { ListPage } from "../parts/ListPage";
import { Paged } from "../parts/Paged";
import { RowTable } from "../parts/RowTable";
import { Status } from "../parts/Status";
import { OrderFilters } from "./OrderFilters";
import { OrderPane } from "./OrderPane";
import { orderQuery, ordersQuery } from "./queries";
import { toneOf } from "./status";

type Order = Schema["OrderSummary"];

export function OrdersPage() {
  const [filters] = useFilters();
  const query = useQuery(ordersQuery(filters));
  const id = filters.order;
  const number = useQuery({ ...orderQuery(id ?? ""), enabled: id !== undefined }).data?.orderNumber;
  return (
    <ListPage
      title={words.title}
      filters={<OrderFilters />}
      list={<Paged query={query}>{(rows) => <Orders rows={rows} open={id} />}</Paged>}
      pane={
        id
          ? { id, title: number ? words.pane(number) : words.open, filter: "order", content: <OrderPane id={id} /> }
          : undefined
      }
    />
  );
}

function Orders({ rows, open }: { rows: Order[]; open: string | undefined }) {
  const columns: Column<Order>[] = [
    { head: words.number, cell: (order) => <OrderLink order={order} isOpen={order.orderId === open} /> },
    { head: words.placed, cell: (order) => <When at={order.createdAt} /> },
    {
      head: words.status,
      cell: (order) => (
        <>
          <Status tone={toneOf(order.status)}>{order.status}</Status> <IncompleteMark of={order} />
        </>
      ),
    },
    { head: words.items, figures: true, cell: ({ items }) => items.reduce((sum, line) => sum + line.quantity, 0) },
    {
      head: words.sum,
      figures: true,
      cell: (order) => <Money of={{ amount: order.totalAmount, currency: order.currency }} />,
    },
  ];
  return <RowTable caption={words.caption} columns={columns} rows={rows} keyOf={(order) => order.orderId} />;
}

function OrderLink({ order, isOpen }: { order: Order; isOpen: boolean }) {
  return (
    <FilterLink changes={{ order: order.orderId }} aria-current={isOpen || undefined}>
      <code>{order.orderNumber}</code>
    </FilterLink>
  );
}
