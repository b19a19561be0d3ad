/** An event as it is stored, with its place in the log. */
export type ReplayedEvent = {
  position: number;
  stream: string;
  version: number;
  type: string;
  recordedAt?: string;
  occurredAt?: string;
  data?: Readonly<Record<string, unknown>>;
};

/** A part of the log: up to which position it was looked through; null where the answer was cut off before its end. */
export type Replayed = {
  events: readonly ReplayedEvent[];
  end: { reached: number; head: number } | null;
  /** The lines of the events, as they are kept in a file. */
  lines: string;
};

/** Read an answer: a line for each event, and a last one that says how far it goes. */
export function readReplay(text: string): Replayed {
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  const lines = whole.split("\n").filter(Boolean);
  const said = lines.map((line) => JSON.parse(line) as ReplayedEvent | NonNullable<Replayed["end"]>);
  const events = said.filter((line) => "position" in line);
  const [end = null] = said.filter((line) => "reached" in line);
  return {
    events,
    end,
    lines: lines
      .slice(0, events.length)
      .map((line) => `${line}\n`)
      .join(""),
  };
}

/** Milliseconds to wait before the event at an index, at so many times the speed at which they were recorded. */
export function pauseBefore(events: readonly ReplayedEvent[], index: number, speed: number, longest: number): number {
  const [before, after] = [timeOf(events[index - 1]), timeOf(events[index])];
  if (before === undefined || after === undefined) return 0;
  return Math.min(longest, Math.max(0, (after - before) / speed));
}

/** Say what is in an event's data, in one line, without what its stream's name says. */
export function summary({ stream, data }: Pick<ReplayedEvent, "stream" | "data">, sealed: string): string {
  return Object.entries(data ?? {})
    .filter(([, value]) => value !== null && !(typeof value === "string" && value && stream.endsWith(value)))
    .map(([name, value]) => `${name}: ${short(value, sealed)}`)
    .join(", ");
}

function short(value: unknown, sealed: string): string {
  if (Array.isArray(value)) return `[${value.length}]`;
  if (typeof value !== "object" || value === null) return String(value);
  if ("sealed" in value) return sealed;
  if ("amount" in value && "currency" in value) return `${value.amount} ${value.currency}`;
  return "{…}";
}

function timeOf(event: ReplayedEvent | undefined): number | undefined {
  const time = Date.parse(event?.recordedAt ?? event?.occurredAt ?? "");
  return Number.isNaN(time) ? undefined : time;
}
