import { useQuery } from "@tanstack/react-query";
import { Fragment, type ReactNode } from "react";
import type { Schema } from "../../api/client";
import { QueryState } from "../../app/QueryState";
import { Money } from "../../parts/Money";
import { moneyText } from "../../parts/money";
import { Skeleton } from "../../parts/Skeleton";
import { overview as words } from "../../strings/console/overview";
import { type Bar, Bars } from "./Bars";
import { Card } from "./Card";
import { figuresQuery } from "./figures";
import css from "./Overview.module.css";

type Period = Schema["PeriodFigures"];
const percent = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 1 });
const hour = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** Revenue and refunds of today, and the orders of the last hours. */
export function Figures() {
  return (
    <QueryState query={useQuery(figuresQuery)} loading={<Skeleton shape="block" />}>
      {({ today, hours }) => (
        <div className={css.cards}>
          <Today of={today} />
          <Card title={words.hours} why={words.hoursWhy}>
            <Bars label={words.hours} bars={hours.map(ordersOf)} />
          </Card>
          {currenciesOf(hours).map((currency) => (
            <Card key={currency} title={words.revenueHours(currency)} why={words.hoursWhy}>
              <Bars label={words.revenueHours(currency)} bars={hours.map((each) => revenueOf(each, currency))} />
            </Card>
          ))}
        </div>
      )}
    </QueryState>
  );
}

function Today({ of: { revenue, orders } }: { of: Period }) {
  return (
    <Card title={words.today} why={words.todayWhy}>
      <dl className={css.numbers}>
        <Figure name={words.placed}>{orders.placed.toLocaleString("en")}</Figure>
        {Object.entries(revenue).map(([currency, { net, refundRate }]) => (
          <Fragment key={currency}>
            <Figure name={words.revenue}>
              <Money of={{ amount: net, currency }} />
            </Figure>
            <Figure name={words.refundRate}>{refundRate === null ? "–" : percent.format(refundRate)}</Figure>
          </Fragment>
        ))}
      </dl>
    </Card>
  );
}

/** A number, large, and what it is. */
export function Figure({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={css.figure}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function ordersOf({ start, orders: { placed } }: Period): Bar {
  const name = hour.format(new Date(start));
  return { label: words.atHour(name, placed), name, value: placed, text: placed.toLocaleString("en") };
}

function revenueOf({ start, revenue }: Period, currency: string): Bar {
  const name = hour.format(new Date(start));
  const net = revenue[currency]?.net ?? 0;
  const text = moneyText({ amount: net, currency });
  return { label: words.amountAtHour(name, text), name, value: Math.max(0, net), text };
}

/** The currencies in which something was taken, the one with the most first; more than two are left to the figures. */
function currenciesOf(hours: readonly Period[]): string[] {
  const sums = new Map<string, number>();
  for (const { revenue } of hours) {
    for (const [currency, { net }] of Object.entries(revenue)) sums.set(currency, (sums.get(currency) ?? 0) + net);
  }
  const ranked = [...sums].filter(([, sum]) => sum > 0).sort(([, one], [, other]) => other - one);
  return ranked.slice(0, 2).map(([currency]) => currency);
}
