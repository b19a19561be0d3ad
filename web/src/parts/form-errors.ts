import { Problem } from "../api/problems";

/** What is wrong with which field, by its path in the body: `{ "shippingAddress.city": "…" }`. */
export type FieldErrors = Readonly<Record<string, string>>;

/** Return what the server said of each field; the first of a field counts. `words` gives a code its words. */
export function fieldErrors(error: unknown, words: Readonly<Record<string, string>> = {}): FieldErrors {
  const found: Record<string, string> = {};
  if (!(error instanceof Problem)) return found;
  for (const { field, code, detail } of error.errors) found[field] ??= words[code] ?? detail;
  return found;
}
