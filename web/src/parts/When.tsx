import { fullWhen, whenText } from "./when";

/** A point in time as people say it, its full form on hover; `at` is RFC 3339. */
export function When({ at }: { at: string }) {
  const date = new Date(at);
  return (
    <time dateTime={at} title={fullWhen(date)}>
      {whenText(date, new Date())}
    </time>
  );
}
