import { useEffect, useRef } from "react";
import { isSessionOver, Problem, Unreachable } from "../api/problems";
import { places } from "../app/places";
import { ShopLink } from "../app/ShopLink";
import { type Profile, useSessionEnded } from "../app/session";
import type { Quote } from "../cart/quote";
import { type Amount, moneyText } from "../parts/money";
import { Notice } from "../parts/Notice";
import { wordsOf } from "../parts/words";
import { checkout as words } from "../strings/checkout";

type Props = { error: unknown; shown: Quote | undefined; person: Profile };

/** Why nothing was ordered, what was kept, and what to do; what is wrong with fields stands beside them. */
export function Refused({ error, shown, person }: Props) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (error && !hasFields(error)) box.current?.focus();
  }, [error]);
  return (
    <div ref={box} tabIndex={-1}>
      <Said {...{ error, shown, person }} />
    </div>
  );
}

function Said({ error, shown, person }: Props) {
  const isEnded = useSessionEnded();
  if (isEnded) return <Ended />;
  if (!error) return person.roles.length === 0 ? <Unverified /> : null;
  if (hasFields(error) || isSessionOver(error)) return null;
  if (error instanceof Unreachable) return <Unsure />;
  if (error instanceof Problem && error.code === "total_differs") return <Repriced {...{ error, shown }} />;
  if (error instanceof Problem && error.code === "cart_checked_out") return <Ordered error={error} />;
  if (error instanceof Problem && error.code === "email_not_verified") return <Unverified />;
  const { what, next } = wordsOf(error);
  return (
    <Notice kind="failed" title={what}>
      {next && <p>{next}</p>}
    </Notice>
  );
}

function Ended() {
  const link = (
    <ShopLink to={places.login} search={{ back: places.checkout }}>
      {words.ended.logIn}
    </ShopLink>
  );
  return (
    <Notice kind="waiting" title={words.ended.title} action={link}>
      <p>{words.ended.text}</p>
    </Notice>
  );
}

function Unverified() {
  return (
    <Notice kind="waiting" title={words.unverified.title}>
      <p>{words.unverified.text}</p>
    </Notice>
  );
}

function Unsure() {
  return (
    <Notice kind="failed" title={words.unsure.title}>
      <p>{words.unsure.text}</p>
    </Notice>
  );
}

function Repriced({ error, shown }: { error: Problem; shown: Quote | undefined }) {
  const now = moneyText({ amount: error.extra.totalAmount, currency: error.extra.currency } as Amount);
  const was = shown && moneyText({ amount: shown.totalAmount, currency: shown.currency });
  return (
    <Notice kind="failed" title={words.repriced.title}>
      <p>{was ? words.repriced.text(was, now) : words.repriced.unknown(now)}</p>
    </Notice>
  );
}

function Ordered({ error: { extra } }: { error: Problem }) {
  const link = <ShopLink to={`${places.orders}/${String(extra.orderId)}`}>{words.ordered.show}</ShopLink>;
  return (
    <Notice kind="waiting" title={words.ordered.title} action={link}>
      <p>{words.ordered.text(String(extra.orderNumber))}</p>
    </Notice>
  );
}

function hasFields(error: unknown): boolean {
  return error instanceof Problem && error.errors.length > 0;
}
