import type { Schema } from "../../api/client";
import { When } from "../../parts/When";
import { orders as words } from "../../strings/console/orders";
import { Part } from "../parts/Part";
import css from "./OrderPane.module.css";

type Happening = Schema["Happening"];

/** All that happened to an order, the latest first, each with the event's name and its own fields. */
export function OrderTimeline({ timeline }: { timeline: Happening[] }) {
  return (
    <Part title={words.timeline}>
      <ol className={css.timeline} reversed>
        {timeline.toReversed().map((each) => (
          <li key={`${each.at} ${each.type}`} className={css.happening}>
            <When at={each.at} />
            <div>
              <p>{each.title}</p>
              <code>{each.type}</code>
              <Details of={each.details} />
            </div>
          </li>
        ))}
      </ol>
    </Part>
  );
}

function Details({ of }: { of: Happening["details"] }) {
  if (!of || Object.keys(of).length === 0) return null;
  return (
    <details>
      <summary>{words.details}</summary>
      <pre className={css.raw}>{JSON.stringify(of, null, 2)}</pre>
    </details>
  );
}
