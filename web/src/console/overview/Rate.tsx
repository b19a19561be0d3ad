import { overview as words } from "../../strings/console/overview";
import { useNow } from "../parts/use-now";
import { Bars } from "./Bars";
import { rateOf, ratesOf, type Sample } from "./board";
import { Card } from "./Card";
import css from "./Overview.module.css";

const SPAN = { length: 5_000, count: 12 };

/** Orders a second, and how they came over the last minute. */
export function Rate({ samples }: { samples: readonly Sample[] }) {
  const now = useNow();
  const bars = ratesOf(samples, now, SPAN).map((value, index) => {
    const seconds = ((SPAN.count - index) * SPAN.length) / 1_000;
    const label = words.secondsAgo(seconds, value);
    return { label, name: words.secondsBefore(seconds), value, text: value.toLocaleString("en") };
  });
  return (
    <Card title={words.rate} why={words.rateWhy}>
      <p className={css.large}>{rateOf(samples, now).toFixed(2)}</p>
      <Bars label={words.rateBars} bars={bars} />
    </Card>
  );
}
