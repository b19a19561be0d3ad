import { said } from "./events";

const number = (value: number) => value.toLocaleString("en");
const SHORT = 13;

/** What a person reads in the drawer of the demo. */
export const behindGlass = {
  title: "Behind the glass",
  drawer: "What clicks appended",
  lesson: [
    "What changes is appended to one log, as events. Nothing else is stored.",
    "Read models follow the log. Each folds events into documents that answer one question.",
    "Pages show documents. Here is what your click appended, and how soon each read model had it.",
  ],
  lastClick: "Your last click",
  before: "Before that",
  page: "This page",
  noClick: "Nothing yet. Put something into the cart, and see what it appends.",
  nothingAppended: "It appended nothing: all was so already, or it is on its way.",
  refused: "It was refused, and appended nothing.",
  cutOff: "The connection is away. What happens meanwhile is shown when it is back.",
  noSubject: "It shows a list, or no data at all. Open a product, your cart or an order to see its streams.",
  noSources: "Nothing is folded for this page yet.",
  explore: "Open the log in the console",
  operators: "Who has the role of an operator can open each of these in the console.",
  shownBy: "Read models that show it",
  event: (type: string) => said[type] ?? type,
  count: (count: number) => (count === 1 ? "1 event" : `${number(count)} events`),
  position: (position: number) => `position ${number(position)}`,
  version: (stream: string, version: number) => `version ${number(version)} of ${shortName(stream)}`,
  causedBy: (type: string, position: number) => `Caused by ${type} at ${number(position)}`,
  byRequest: "Caused by your request",
  later: (milliseconds: number) => (milliseconds > 0 ? `+${number(milliseconds)} ms` : ""),
  view: (name: string) => name.replace(/_\d+$/, "").replaceAll("_", " "),
  after: (milliseconds: number) => `${number(Math.round(milliseconds))} ms`,
  unknown: (isShown: boolean) => (isShown ? "shown" : "waiting"),
  upTo: (position: number) => `up to position ${number(position)}`,
  range: (streams: number, of: number, position: number) => {
    const where = `last at ${number(position)}`;
    if (streams > 1) return `${number(streams)} streams, ${number(of)} events, ${where}`;
    return of === 1 ? `version 1, ${where}` : `versions 1–${number(of)}, ${where}`;
  },
} as const;

/** The category of a stream and the end of its id, by which the eye tells two apart. */
function shortName(stream: string): string {
  const at = stream.indexOf("-") + 1;
  return stream.length - at <= SHORT ? stream : `${stream.slice(0, at)}…${stream.slice(-6)}`;
}
