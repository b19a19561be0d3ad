import { useSession } from "../app/session";
import { behindGlass as words } from "../strings/behind-glass";
import css from "./ClickEvents.module.css";
import { type Click, longestOf, sinceFirst } from "./clicks";
import { EventLink, mayExplore } from "./explorer";
import type { OwnEvent, Shown } from "./own-events";

/** The events of one click in the order of the log, each with its cause and how soon every view showed it. */
export function ClickEvents({ of: { events } }: { of: Click }) {
  const isStaff = mayExplore(useSession());
  const longest = longestOf(events);
  return (
    <ol className={css.events}>
      {events.map((event) => (
        <li key={event.position} className={css.event}>
          <p className={css.head}>
            <EventLink to={event} isLink={isStaff}>
              {words.event(event.type)}
            </EventLink>
            <span className={css.soft}>{words.later(sinceFirst(event, events))}</span>
          </p>
          <p className={css.facts}>
            <code className={css.type}>{event.type}</code>
            <span>{words.position(event.position)}</span>
            <span title={event.stream}>{words.version(event.stream, event.version)}</span>
          </p>
          <p className={css.facts}>{causeOf(event)}</p>
          {event.views.length > 0 && (
            <ul className={css.views} aria-label={words.shownBy}>
              {event.views.map((shown) => (
                <View key={shown.view} of={shown} longest={longest} />
              ))}
            </ul>
          )}
        </li>
      ))}
    </ol>
  );
}

function causeOf({ cause }: OwnEvent): string {
  return cause ? words.causedBy(cause.type, cause.position) : words.byRequest;
}

function View({ of: { view, isShown, after }, longest }: { of: Shown; longest: number }) {
  return (
    <li className={css.view}>
      <span>{words.view(view)}</span>
      <svg className={css.bar} viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
        <rect width="100" height="8" className={css.ground} />
        <rect width={after === null ? 0 : Math.max(2, (100 * after) / longest)} height="8" className={css.share} />
      </svg>
      <span className={css.after}>{after === null ? words.unknown(isShown) : words.after(after)}</span>
    </li>
  );
}
