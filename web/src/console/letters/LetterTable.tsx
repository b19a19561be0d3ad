import type { ReactNode } from "react";
import type { Column } from "../../parts/Table";
import { When } from "../../parts/When";
import { consumerName } from "../../strings/console/consumers";
import { letters as words } from "../../strings/console/letters";
import { Clock } from "../parts/Clock";
import { ConsoleLink } from "../parts/ConsoleLink";
import { RowTable } from "../parts/RowTable";
import { Status } from "../parts/Status";
import { type Letter, whatItIs } from "./letter";

type Props = {
  caption: string;
  rows: Letter[];
  /** Leads to a row by these words. */
  link: (letter: Letter, text: string) => ReactNode;
  /** Whether all of them are of one order, which need not be said then. */
  isOfOneOrder?: boolean;
};

/** What could not be handled: of which order, at which consumer, why, since when, and when it is tried again. */
export function LetterTable({ caption, rows, link, isOfOneOrder = false }: Props) {
  const columns: Column<Letter>[] = [
    { head: words.what, cell: (letter) => link(letter, whatItIs(letter)) },
    { head: words.order, cell: (letter) => <About letter={letter} /> },
    { head: words.consumer, cell: ({ consumer }) => consumerName(consumer) },
    { head: words.cause, cell: ({ cause }) => <code>{cause}</code> },
    { head: words.state, cell: (letter) => <State letter={letter} /> },
    { head: words.tries, figures: true, cell: ({ attempts }) => attempts.toLocaleString("en") },
    { head: words.since, cell: ({ since }) => <When at={since} /> },
    { head: words.nextTry, figures: true, cell: (letter) => <NextTry letter={letter} /> },
  ];
  const shown = isOfOneOrder ? columns.filter(({ head }) => head !== words.order) : columns;
  return <RowTable caption={caption} columns={shown} rows={rows} keyOf={({ id }) => id} />;
}

/** A link to a row on the page of all of them. */
export function toLetter({ id }: Letter, text: string): ReactNode {
  return (
    <ConsoleLink to="/console/dead-letters" filters={{ letter: id }}>
      {text}
    </ConsoleLink>
  );
}

/** The order that waits, or whatever else it is about. */
export function About({ letter: { orderId, orderNumber, subject } }: { letter: Letter }) {
  if (!orderId) return <code>{subject}</code>;
  return (
    <ConsoleLink to="/console/order" filters={{ order: orderId }}>
      <code>{orderNumber ?? orderId}</code>
    </ConsoleLink>
  );
}

export function State({ letter: { deadAt } }: { letter: Letter }) {
  return deadAt ? <Status tone="failed">{words.isDead}</Status> : <Status tone="waiting">{words.isWaiting}</Status>;
}

export function NextTry({ letter: { retryAt } }: { letter: Letter }) {
  return retryAt ? <Clock at={retryAt} say={words.in} past={words.due} /> : words.byOperator;
}
