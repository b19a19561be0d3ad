import { useQuery } from "@tanstack/react-query";
import type { Schema } from "../../api/client";
import { QueryState } from "../../app/QueryState";
import { Skeleton } from "../../parts/Skeleton";
import { consumerName } from "../../strings/console/consumers";
import { overview as words } from "../../strings/console/overview";
import { Card } from "./Card";
import { lagQuery } from "./figures";
import css from "./Overview.module.css";

type Lag = Schema["Lag"];

/** How far the relay, the processors and the read models are behind the log. */
export function LagCard() {
  return (
    <QueryState query={useQuery(lagQuery)} loading={<Skeleton shape="block" />}>
      {(lag) => (
        <Card title={words.lag} why={words.lagWhy(lag.head)}>
          {isUpToDate(lag) && <p>{words.lagNone}</p>}
          <div className={css.lags}>
            <LagTable title={words.lagProcessors} of={lag.consumers} />
            {halvesOf(lag.views).map((views, index) => (
              <LagTable key={views[0]?.name} title={index === 0 ? words.lagViews : words.lagOtherViews} of={views} />
            ))}
          </div>
        </Card>
      )}
    </QueryState>
  );
}

function LagTable({ title, of }: { title: string; of: Lag["views"] }) {
  const most = Math.max(1, ...of.map(({ behind }) => behind));
  return (
    <table className={css.lag}>
      <caption>{title}</caption>
      <tbody>
        {of.map(({ name, behind }) => (
          <tr key={name}>
            <th scope="row">{consumerName(name)}</th>
            <td className={css.track}>
              <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                <rect width={(behind / most) * 100} height="8" />
              </svg>
            </td>
            <td>{behind.toLocaleString("en")}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The read models in two columns, as they come: those of single things first, then those that only count. */
function halvesOf(views: Lag["views"]): Lag["views"][] {
  const half = Math.ceil(views.length / 2);
  return [views.slice(0, half), views.slice(half)];
}

function isUpToDate({ consumers, views }: Lag): boolean {
  return [...consumers, ...views].every(({ behind }) => behind === 0);
}
