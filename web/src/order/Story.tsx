import { classes } from "../parts/classes";
import { Icon, type IconName } from "../parts/Icon";
import { When } from "../parts/When";
import type { Happening } from "./queries";
import css from "./Story.module.css";
import { type Line, storyOf } from "./story";

const ICONS: Readonly<Record<Line["state"], IconName>> = {
  done: "check",
  waiting: "clock",
  past: "clock",
  failed: "warning",
};

/** What happened to an order, in words and with times, the oldest first. */
export function Story({ timeline }: { timeline: readonly Happening[] }) {
  return (
    <ol className={css.story}>
      {storyOf(timeline).map(({ at, text, state }) => (
        <li key={`${at} ${text}`} className={classes(css.line, css[state])}>
          <span className={css.sign}>
            <Icon name={ICONS[state]} size={16} />
          </span>
          <span>{text}</span>
          <span className={css.when}>
            <When at={at} />
          </span>
        </li>
      ))}
    </ol>
  );
}
