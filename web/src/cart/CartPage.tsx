import { useQuery } from "@tanstack/react-query";
import { PartError } from "../app/errors";
import { Message } from "../app/Message";
import { places } from "../app/places";
import { ShopLink } from "../app/ShopLink";
import { useSession } from "../app/session";
import { buttonClass } from "../parts/Button";
import { classes } from "../parts/classes";
import { Money } from "../parts/Money";
import { Loading, Skeleton } from "../parts/Skeleton";
import { cart as words } from "../strings/cart";
import css from "./CartPage.module.css";
import { CartRow } from "./CartRow";
import { type Cart, useCart } from "./query";
import { quoteQuery } from "./quote";
import { Sums } from "./Sums";
import { TakenOverReport } from "./TakenOverReport";

/** Milliseconds after which prices and stock are asked for again, while the page is looked at. */
const ASK_EVERY = 10_000;

/** What somebody is about to buy, with what has changed about it, and what it costs. */
export function CartPage() {
  return (
    <>
      <title>{words.title}</title>
      <Content />
    </>
  );
}

function Content() {
  const { data: cart, error, refetch } = useCart({ every: ASK_EVERY });
  if (cart === undefined) return error ? <PartError error={error} onRetry={() => void refetch()} /> : <CartSkeleton />;
  return cart && cart.items.length > 0 ? <Filled cart={cart} /> : <Empty />;
}

function Filled({ cart }: { cart: Cart }) {
  const isGuest = useSession() === null;
  return (
    <>
      <h1 className={css.heading}>{words.heading}</h1>
      <TakenOverReport cart={cart} />
      <div className={css.page}>
        <section aria-label={words.lines}>
          <ul className={css.lines}>
            {cart.items.map((line) => (
              <CartRow key={line.productId} line={line} />
            ))}
          </ul>
          {isGuest && <p className={css.soft}>{words.guestKept}</p>}
        </section>
        <Summary cart={cart} />
      </div>
    </>
  );
}

function Summary({ cart }: { cart: Cart }) {
  const quote = useQuery(quoteQuery(cart));
  const isBlocked = cart.items.some((line) => !line.forSale || line.available < line.quantity);
  return (
    <>
      <aside className={css.summary} aria-label={words.sums.heading}>
        <h2>{words.sums.heading}</h2>
        <Sums pieces={cart.pieces} subtotal={cart.subtotal} quote={quote.data} />
        {quote.isError && <p className={css.soft}>{words.sums.failed}</p>}
        {isBlocked ? <p className={css.blocked}>{words.blocked}</p> : <CheckOut className={css.inSum} />}
      </aside>
      {!isBlocked && (
        <div className={css.foot}>
          {quote.data && (
            <p>
              {words.sums.totalBeforeTax}{" "}
              <Money of={{ amount: quote.data.totalAmount, currency: quote.data.currency }} strong />
            </p>
          )}
          <CheckOut />
        </div>
      )}
    </>
  );
}

function CheckOut({ className }: { className?: string | undefined }) {
  return (
    <ShopLink to={places.checkout} className={classes(buttonClass("primary"), className)}>
      {words.checkOut}
    </ShopLink>
  );
}

function Empty() {
  const isGuest = useSession() === null;
  const look = (
    <ShopLink to={places.products} className={buttonClass("primary")}>
      {words.look}
    </ShopLink>
  );
  return (
    <>
      <TakenOverReport cart={null} />
      <Message title={words.empty} text={words.emptyText} action={look}>
        {isGuest && (
          <p>
            {words.emptyGuest}{" "}
            <ShopLink to={places.login} search={{ back: places.cart }}>
              {words.logIn}
            </ShopLink>
          </p>
        )}
      </Message>
    </>
  );
}

function CartSkeleton() {
  return (
    <Loading>
      <h1 className={css.heading}>{words.heading}</h1>
      <div className={css.page}>
        <div>
          <Skeleton shape="block" />
          <br />
          <Skeleton shape="block" />
        </div>
        <Skeleton className={css.place} />
      </div>
    </Loading>
  );
}
