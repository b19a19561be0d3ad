import { fullWhen } from "../../parts/when";
import css from "./Clock.module.css";
import { durationText } from "./duration";
import { useNow } from "./use-now";

type Props = { at: string; say: (time: string) => string; past?: string };

/** How long it is until a time or, without `past`, since it: told every second, in a place that does not move. */
export function Clock({ at, say, past }: Props) {
  const now = useNow();
  const date = new Date(at);
  const left = date.getTime() - now;
  const text = past === undefined ? say(durationText(-left)) : left > 0 ? say(durationText(left)) : past;
  return (
    <time dateTime={at} title={fullWhen(date)} className={css.clock}>
      {text}
    </time>
  );
}
