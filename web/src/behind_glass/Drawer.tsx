import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import { type LastChange, lastChange, subscribeToChanges } from "../api/last-change";
import { askAgain } from "../app/ask-again";
import { useSession } from "../app/session";
import { behindGlass as words } from "../strings/behind-glass";
import { ClickEvents } from "./ClickEvents";
import { type Click, clicksOf } from "./clicks";
import css from "./Drawer.module.css";
import { ExplorerLink, mayExplore } from "./explorer";
import { useOwnEvents } from "./own-events";
import { PageSources } from "./PageSources";

const SHOWN_BEFORE = 5;

/** The events that the last clicks appended, how soon read models showed them, and what this page was folded from. */
export function Drawer() {
  const { events, isCutOff } = useOwnEvents();
  const change = useSyncExternalStore(subscribeToChanges, lastChange);
  const clicks = clicksOf(events);
  useFreshSources(events.length, events.at(-1)?.position);
  const last = change ? clicks.find(({ correlationId }) => correlationId === change.correlationId) : clicks[0];
  return (
    <div className={css.body}>
      <h2 className={css.title}>{words.title}</h2>
      <ol className={css.lesson}>
        {words.lesson.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ol>
      {isCutOff && (
        <p role="status" className={css.soft}>
          {words.cutOff}
        </p>
      )}
      <section aria-labelledby="last-click" className={css.part}>
        <h3 id="last-click">{words.lastClick}</h3>
        <Request of={change} />
        {last ? <ClickEvents of={last} /> : <p className={css.soft}>{nothingOf(change)}</p>}
      </section>
      <Before clicks={clicks.filter((click) => click !== last)} />
      <PageSources />
      <Explorer />
    </div>
  );
}

/** Ask again what the page was folded from when something was appended. */
function useFreshSources(...events: readonly unknown[]): void {
  const client = useQueryClient();
  useEffect(() => void askAgain(client, { queryKey: ["sources"] }), [client, ...events]);
}

function nothingOf(change: LastChange | null): string {
  if (!change) return words.noClick;
  return change.isAccepted ? words.nothingAppended : words.refused;
}

function Request({ of }: { of: LastChange | null }) {
  if (!of) return null;
  return (
    <p className={css.request}>
      <code>
        {of.method} {of.path}
      </code>
    </p>
  );
}

function Before({ clicks }: { clicks: readonly Click[] }) {
  if (clicks.length === 0) return null;
  return (
    <section aria-labelledby="clicks-before" className={css.part}>
      <h3 id="clicks-before">{words.before}</h3>
      {clicks.slice(0, SHOWN_BEFORE).map((click) => (
        <details key={click.correlationId} className={css.before}>
          <summary>
            {words.event(click.events[0]?.type ?? "")}{" "}
            <span className={css.soft}>{words.count(click.events.length)}</span>
          </summary>
          <ClickEvents of={click} />
        </details>
      ))}
    </section>
  );
}

function Explorer() {
  const isStaff = mayExplore(useSession());
  return <p className={css.foot}>{isStaff ? <ExplorerLink /> : words.operators}</p>;
}
