import { getRouteApi } from "@tanstack/react-router";
import type { Schema } from "../api/client";
import { Message } from "../app/Message";
import { places } from "../app/places";
import { QueryState } from "../app/QueryState";
import { ShopLink } from "../app/ShopLink";
import { useOwnQuery, useSession, useSessionEnded } from "../app/session";
import { type Products, useProductsById } from "../catalogue/by-id";
import { buttonClass } from "../parts/Button";
import { Money } from "../parts/Money";
import { Pagination } from "../parts/Pagination";
import { Picture } from "../parts/Picture";
import { Skeleton } from "../parts/Skeleton";
import { When } from "../parts/When";
import { order as words } from "../strings/order";
import { orderStatus } from "../strings/order-status";
import css from "./OrdersPage.module.css";
import { ordersQuery, PAGE_SIZE } from "./queries";
import { Visitor } from "./Visitor";

const route = getRouteApi("/orders");

/** How many of its products an order shows as pictures. */
const SHOWN = 3;

/** A person's orders, the newest first. */
export function OrdersPage() {
  const { page = 1 } = route.useSearch();
  const isVisitor = useSession() === null;
  const isEnded = useSessionEnded();
  const query = useOwnQuery(ordersQuery(page));
  if (isVisitor && !isEnded) return <Visitor />;
  return (
    <>
      <title>{words.list.title}</title>
      <QueryState query={query} loading={<ListSkeleton />}>
        {({ items, total }) => (total === 0 ? <Nothing /> : <List {...{ items, total, page }} />)}
      </QueryState>
    </>
  );
}

function List({ items, total, page }: { items: Schema["OrderSummary"][]; total: number; page: number }) {
  const products = useProductsById(items.flatMap((order) => order.items.slice(0, SHOWN).map((line) => line.productId)));
  return (
    <>
      <h1 className={css.heading}>{words.list.heading}</h1>
      <ul className={css.list}>
        {items.map((order) => (
          <li key={order.orderId}>
            <Entry {...{ order, products }} />
          </li>
        ))}
      </ul>
      <Pagination
        {...{ total, page }}
        size={PAGE_SIZE}
        link={(number, text, label, isCurrent) => (
          <ShopLink
            to={places.orders}
            search={number > 1 ? { page: number } : {}}
            aria-label={label}
            aria-current={isCurrent ? "page" : undefined}
          >
            {text}
          </ShopLink>
        )}
      />
    </>
  );
}

type EntryProps = { order: Schema["OrderSummary"]; products: Products };

/** An order in the list; the whole of it leads to its page. */
function Entry({ order, products }: EntryProps) {
  const { orderId, orderNumber, createdAt, totalAmount: amount, currency, items, status } = order;
  return (
    <article className={css.entry}>
      <h2 className={css.number}>
        <ShopLink to={`${places.orders}/${orderId}`} className={css.link}>
          {orderNumber}
        </ShopLink>
      </h2>
      <p className={css.status}>{orderStatus[status]}</p>
      <div className={css.items}>
        {items.slice(0, SHOWN).map(({ productId }) => {
          const product = products.get(productId);
          return (
            <Picture key={productId} src={product?.picture} department={product?.department ?? ""} shape="tiny" first />
          );
        })}
        <p className={css.names}>{items.map(({ name, quantity }) => `${quantity} × ${name}`).join(", ")}</p>
      </div>
      <p className={css.when}>
        <When at={createdAt} />
      </p>
      <p className={css.sum}>
        <Money of={{ amount, currency }} strong />
      </p>
    </article>
  );
}

function Nothing() {
  const look = (
    <ShopLink to={places.products} className={buttonClass("primary")}>
      {words.list.look}
    </ShopLink>
  );
  return <Message title={words.list.empty} text={words.list.emptyText} action={look} />;
}

function ListSkeleton() {
  return (
    <>
      <h1 className={css.heading}>{words.list.heading}</h1>
      <Skeleton shape="block" />
    </>
  );
}
