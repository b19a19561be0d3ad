const UNITS = [
  [86_400, "day"],
  [3_600, "hour"],
  [60, "minute"],
  [1, "second"],
] as const;

/** Say how long, in its largest unit: "12 sec", "3 min", "2 hr", "4 days"; less than a second is "0 sec". */
export function durationText(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1_000));
  const [size, unit] = UNITS.find(([size]) => seconds >= size) ?? [1, "second"];
  return new Intl.NumberFormat("en", { style: "unit", unit, unitDisplay: "short" }).format(Math.floor(seconds / size));
}
