import { consumerName } from "../../strings/console/consumers";
import { overview as words } from "../../strings/console/overview";
import { type Counts, totalsOf } from "../letters/letter";
import { ConsoleLink } from "../parts/ConsoleLink";
import { Card } from "./Card";
import css from "./Overview.module.css";

const LETTERS = "/console/dead-letters";

/** How much of each consumer could not be handled, and leads to it. */
export function Parked({ of }: { of: Counts }) {
  const consumers = [...new Set(of.map(({ consumer }) => consumer))].sort();
  return (
    <Card title={words.parked} why={words.parkedWhy}>
      {consumers.length === 0 && <p>{words.noneParked}</p>}
      <ul className={css.rows}>
        {consumers.map((consumer) => (
          <OfConsumer key={consumer} name={consumer} counts={of.filter((each) => each.consumer === consumer)} />
        ))}
      </ul>
    </Card>
  );
}

function OfConsumer({ name, counts }: { name: string; counts: Counts }) {
  const { waiting, dead, behind } = totalsOf(counts);
  return (
    <li>
      {consumerName(name)}
      <span className={css.counts}>
        {dead > 0 && (
          <ConsoleLink to={LETTERS} filters={{ consumer: name, state: "dead" }}>
            {words.dead(dead)}
          </ConsoleLink>
        )}
        {waiting + behind > 0 && (
          <ConsoleLink to={LETTERS} filters={{ consumer: name, state: "waiting" }}>
            {words.waiting(waiting + behind)}
          </ConsoleLink>
        )}
      </span>
    </li>
  );
}
