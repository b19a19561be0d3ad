/** What is looked at: an aggregate by its stream, or a document by its view and its id there. */
export type Subject = { stream: string } | { view: string; id: string };

/** Read what somebody named: with a slash it is a document, else a stream; nothing where it is neither. */
export function subjectOf(text: string | undefined): Subject | null {
  const [view, id] = split(text ?? "", "/");
  if (view && id) return { view, id };
  const [category, key] = split(text ?? "", "-");
  return text && category && key ? { stream: text } : null;
}

const OF_ORDER = /^(?:(?:order|saga|payment|shipment)-|(?:orders|sagas)\/)(.+)$/;

/** The id of the order that is looked at, if it is one. */
export function orderOf(text: string | undefined): string | undefined {
  return OF_ORDER.exec(text ?? "")?.[1];
}

/** A value in a table of changes: a word or number as it is, all else as JSON; what is sealed is only said to be. */
export function valueText(value: unknown, sealed: string): string {
  if (typeof value === "string") return value;
  const text = JSON.stringify(value, (_, each: unknown) => (isSealed(each) ? sealed : each));
  return text ?? "";
}

function isSealed(value: unknown): boolean {
  return typeof value === "object" && value !== null && "sealed" in value && value.sealed === 1;
}

function split(text: string, by: string): [string, string] {
  const at = text.indexOf(by);
  return at < 0 ? ["", ""] : [text.slice(0, at), text.slice(at + 1)];
}
