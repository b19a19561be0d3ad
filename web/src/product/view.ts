import { wholeNumber, word } from "../app/address";

export const REVIEW_SORTS = ["newest", "highest", "lowest"] as const;
export type ReviewSort = (typeof REVIEW_SORTS)[number];

/** Which reviews a product's page shows, as it stands in its address. */
export type ReviewView = { stars?: number; sort?: ReviewSort };

/** Read an address; the newest come first without a word. */
export function parseView(search: Readonly<Record<string, unknown>>): ReviewView {
  const stars = wholeNumber(search, "stars", { least: 1, most: 5 });
  const sort = REVIEW_SORTS.find((each) => each === word(search, "sort") && each !== "newest");
  return { ...(stars && { stars }), ...(sort && { sort }) };
}
