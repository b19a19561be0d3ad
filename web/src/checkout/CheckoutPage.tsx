import { useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { PartError } from "../app/errors";
import { LogInFirst } from "../app/LogInFirst";
import { Message } from "../app/Message";
import { places } from "../app/places";
import { ShopLink } from "../app/ShopLink";
import { type Profile, useSession, useSessionEnded } from "../app/session";
import { type Cart, cartQuery, useCart } from "../cart/query";
import { buttonClass } from "../parts/Button";
import { Loading, Skeleton } from "../parts/Skeleton";
import { checkout as words } from "../strings/checkout";
import { CheckoutForm } from "./CheckoutForm";
import css from "./CheckoutPage.module.css";

/** Where the cart becomes an order: address, delivery, payment and what it costs, on one page. */
export function CheckoutPage() {
  return (
    <>
      <title>{words.title}</title>
      <Content />
    </>
  );
}

function Content() {
  const person = useKeptPerson();
  const { data, error, refetch } = useCart();
  const isEnded = useSessionEnded();
  const kept = useQueryClient().getQueryData(cartQuery({ kind: "person" }).queryKey);
  const wasFilled = useRef(false);
  if (person === null)
    return (
      <LogInFirst
        title={words.visitor.title}
        text={words.visitor.text}
        button={words.visitor.logIn}
        join={words.visitor.join}
      />
    );
  const cart = isEnded ? kept : data;
  if (cart === undefined || person === undefined) {
    return error ? <PartError error={error} onRetry={() => void refetch()} /> : <CheckoutSkeleton />;
  }
  if (cart && cart.items.length > 0) wasFilled.current = true;
  if (cart && cart.items.length > 0) return <Filled {...{ cart, person }} />;
  return wasFilled.current && cart?.lastOrder ? <Ordered order={cart.lastOrder} /> : <Empty />;
}

/** Who checks out; whose session ends meanwhile stays, with what they typed. */
function useKeptPerson(): Profile | null | undefined {
  const person = useSession();
  const isEnded = useSessionEnded();
  const last = useRef(person);
  if (person || !isEnded) last.current = person;
  return last.current;
}

function Filled({ cart, person }: { cart: Cart; person: Profile }) {
  return (
    <>
      <h1 className={css.heading}>{words.heading}</h1>
      <CheckoutForm cart={cart} person={person} />
    </>
  );
}

/** The cart was ordered in another tab. */
function Ordered({ order: { orderId, orderNumber } }: { order: NonNullable<Cart["lastOrder"]> }) {
  const show = (
    <ShopLink to={`${places.orders}/${orderId}`} className={buttonClass("primary")}>
      {words.ordered.show}
    </ShopLink>
  );
  return <Message title={words.ordered.title} text={words.ordered.text(orderNumber)} action={show} />;
}

function Empty() {
  const back = (
    <ShopLink to={places.cart} className={buttonClass("primary")}>
      {words.empty.look}
    </ShopLink>
  );
  return <Message title={words.empty.title} text={words.empty.text} action={back} />;
}

function CheckoutSkeleton() {
  return (
    <Loading>
      <h1 className={css.heading}>{words.heading}</h1>
      <Skeleton shape="block" />
      <br />
      <Skeleton shape="block" />
    </Loading>
  );
}
