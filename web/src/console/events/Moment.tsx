import { fullWhen } from "../../parts/when";
import { events as words } from "../../strings/console/events";
import { momentText } from "./moment";

/** When something was recorded, to the millisecond; nothing where the event does not say it. */
export function Moment({ at }: { at: string | null | undefined }) {
  if (!at) return words.unread;
  const date = new Date(at);
  return (
    <time dateTime={at} title={fullWhen(date)}>
      {momentText(date, new Date())}
    </time>
  );
}
