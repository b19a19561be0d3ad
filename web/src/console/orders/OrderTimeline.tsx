import type { Schema } from "../../api/client";
import { When } from "../../parts/When";
import { orders as words } from "../../strings/console/orders";
import { ConsoleLink } from "../parts/ConsoleLink";
import { Part } from "../parts/Part";
import css from "./OrderPane.module.css";

type Happening = Schema["Happening"];

/** All that happened to an order, the latest first, each with the event's name and its own fields. */
export function OrderTimeline({ orderId, timeline }: { orderId: string; timeline: Happening[] }) {
  return (
    <Part title={words.timeline}>
      <ol className={css.timeline} reversed>
        {timeline.toReversed().map((each) => (
          <li key={`${each.at} ${each.type}`} className={css.happening}>
            <When at={each.at} />
            <div>
              <p>{each.title}</p>
              <EventName of={each} />
              <Details of={each.details} />
            </div>
          </li>
        ))}
      </ol>
      <ConsoleLink to="/console/events" filters={{ order: orderId }}>
        {words.events}
      </ConsoleLink>
    </Part>
  );
}

/** The name of the event, which leads to it. */
function EventName({ of: { type, position } }: { of: Happening }) {
  return (
    <ConsoleLink to="/console/events" filters={{ event: String(position) }}>
      <code>{type}</code>
    </ConsoleLink>
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
