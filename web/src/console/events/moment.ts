import { LOCALE } from "../../parts/money";

const clock = new Intl.DateTimeFormat(LOCALE, {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  fractionalSecondDigits: 3,
  hourCycle: "h23",
});
const day = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "short" });
const dayOfYear = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "short", year: "numeric" });

/** Say when to the millisecond, with the day unless it is today: "14:05:09.123", "3 Nov 14:05:09.123". */
export function momentText(at: Date, now: Date): string {
  const time = clock.format(at);
  if (at.toDateString() === now.toDateString()) return time;
  return `${(at.getFullYear() === now.getFullYear() ? day : dayOfYear).format(at)} ${time}`;
}
