const number = (value: number) => value.toLocaleString("en");

export const replay = {
  title: "Replay",
  why: "Events as they happened. Nothing acts on them, and what is sealed stays so.",
  caption: "Replayed events, the newest first",
  position: "Position",
  recorded: "Recorded",
  type: "Event",
  stream: "Stream",
  data: "Data",
  after: "After position",
  speed: "Speed",
  atOnce: "all at once",
  speeds: { "0.1": "× 0.1", "1.0": "× 1", "10.0": "× 10", "60.0": "× 60", "3600.0": "× 3,600" },
  pauses: (seconds: number) => `A pause is never longer than ${seconds} seconds.`,
  play: "Play",
  pause: "Pause",
  again: "From the beginning",
  step: "Next event",
  all: "Show all",
  download: "Download",
  fileName: "replay.jsonl",
  shown: (events: number, of: number) => `${number(events)} of ${number(of)} events`,
  reached: (position: number, head: number) =>
    position < head
      ? `Looked through up to position ${number(position)}; the log goes on to ${number(head)}.`
      : `This is as far as the log goes: position ${number(head)}.`,
  goOn: "Go on from there",
  nothing: "Nothing like this was found so far.",
  cutOff: "The answer was cut off.",
  cutOffNext: "What came before is shown.",
  sealed: "sealed",
} as const;
