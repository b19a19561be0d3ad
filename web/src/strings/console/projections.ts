import type { Schema } from "../../api/client";

const number = (value: number) => value.toLocaleString("en");

export const projections = {
  title: "Projections",
  caption: "Read models, with the version that queries are answered from",
  view: "Read model",
  readFrom: "Read from",
  documents: "Documents",
  behind: "Events behind",
  others: "Beside it",
  otherVersions: (count: number) => (count === 0 ? "Nothing" : count === 1 ? "1 version" : `${number(count)} versions`),
  states: {
    building: "Being built",
    verified: "Equals the log",
    different: "Differs from the log",
    failed: "Could not be built",
  } as const satisfies Record<Schema["VersionState"], string>,
  neverRebuilt: "First version",
  rebuilt: (rebuild: number) => `Rebuild ${number(rebuild)}`,
  isCurrent: "answers queries",
  isPrevious: "answered before",
  state: "State",
  name: "Collection",
  comparedAt: "Compared up to",
  differences: "Differences",
  progress: (position: number, head: number) => `${number(position)} of ${number(head)} events`,
  phases: { waiting: "Waiting", building: "Building", comparing: "Comparing with the log" } as Readonly<
    Record<string, string>
  >,
  rate: (events: number) => `${number(Math.round(events))} events a second`,
  left: (seconds: number) => (seconds < 1 ? "less than a second left" : `about ${number(Math.ceil(seconds))} s left`),
  todo: "What can be done",
  rebuild: "Rebuild it",
  switch: "Answer from it",
  rollback: "Go back to it",
  drop: "Remove it",
  why: {
    rebuild:
      "A new version is built from the whole log, beside the one that answers queries, and compared with it. Nothing changes for anybody until you switch.",
    switch:
      "Within a second queries are answered from this version, once it is as new as the one before. That one is kept up to the log, so that you can go back.",
    rollback: "Within a second queries are answered from this version again. The other one is kept.",
    drop: "Its documents are removed. They can only be had again by another rebuild.",
  },
  done: {
    rebuild: "It is being built.",
    switch: "Queries are answered from it within a second.",
    rollback: "Queries are answered from it again within a second.",
    drop: "It is removed within seconds.",
  },
  reason: "Why",
} as const;
