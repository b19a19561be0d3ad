import { useQuery } from "@tanstack/react-query";
import { Fragment, type ReactNode } from "react";
import type { Schema } from "../../api/client";
import { QueryState } from "../../app/QueryState";
import { Money } from "../../parts/Money";
import { Skeleton } from "../../parts/Skeleton";
import { overview as words } from "../../strings/console/overview";
import { Bars } from "./Bars";
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
            <Bars label={words.hours} bars={hours.map(barOf)} />
          </Card>
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

function barOf({ start, orders }: Period) {
  return { label: words.atHour(hour.format(new Date(start)), orders.placed), value: orders.placed };
}
