import { When } from "../parts/When";
import { order as words } from "../strings/order";
import css from "./Events.module.css";
import type { Happening } from "./queries";

/** The events that the story is told from, as they are in the log. */
export function Events({ timeline }: { timeline: readonly Happening[] }) {
  return (
    <details className={css.events}>
      <summary className={css.summary}>
        {words.events.title} <span className={css.soft}>{words.events.of(timeline.length)}</span>
      </summary>
      <p className={css.soft}>{words.events.text}</p>
      <ol className={css.list}>
        {timeline.map((each) => (
          <li key={`${each.at} ${each.type}`} className={css.event}>
            <code className={css.type}>{each.type}</code>
            <span className={css.soft}>
              {words.events.position(each.position)} · <When at={each.at} />
            </span>
            <Details of={each.details} />
          </li>
        ))}
      </ol>
    </details>
  );
}

function Details({ of = {} }: { of: Happening["details"] }) {
  const entries = Object.entries(of);
  if (entries.length === 0) return null;
  return (
    <dl className={css.details}>
      {entries.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{typeof value === "string" ? value : JSON.stringify(value)}</dd>
        </div>
      ))}
    </dl>
  );
}
