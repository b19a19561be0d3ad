import type { ReactNode } from "react";
import type { Profile } from "../app/session";
import { mayOpen } from "../console/pages";
import { ConsoleLink } from "../console/parts/ConsoleLink";
import { behindGlass as words } from "../strings/behind-glass";
import type { OwnEvent } from "./own-events";

/** The page of the console that shows the log. */
const EXPLORER = "/console/events";

/** Whether somebody may look at the log in the console. */
export function mayExplore(person: Profile | null | undefined): boolean {
  return Boolean(person && mayOpen(EXPLORER, person.roles));
}

export function ExplorerLink() {
  return (
    <ConsoleLink to={EXPLORER} filters={{}}>
      {words.explore}
    </ConsoleLink>
  );
}

type EventLinkProps = { to: OwnEvent; isLink: boolean; children: ReactNode };

/** Words that lead to an event in the console, for who may look there. */
export function EventLink({ to: { stream, position }, isLink, children }: EventLinkProps) {
  if (!isLink) return <strong>{children}</strong>;
  return (
    <ConsoleLink to={EXPLORER} filters={{ stream, event: String(position) }}>
      {children}
    </ConsoleLink>
  );
}

/** The name of a stream, which leads to its events for who may look there. */
export function StreamLink({ name, isLink }: { name: string; isLink: boolean }) {
  if (!isLink) return <code>{name}</code>;
  return (
    <ConsoleLink to={EXPLORER} filters={{ stream: name }}>
      <code>{name}</code>
    </ConsoleLink>
  );
}
