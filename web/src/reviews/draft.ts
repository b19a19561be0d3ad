import type { Schema } from "../api/client";
import type { FieldErrors } from "../parts/form-errors";
import { reviews } from "../strings/reviews";

/** A review while it is written: no stars are 0, a field without anything is "". */
export type ReviewDraft = {
  rating: number;
  title: string;
  text: string;
  shownAs: Schema["ShownAs"];
  displayName: string;
};

type Known = Pick<Schema["Review"], "rating" | "title" | "text" | "shownAs" | "reviewer">;

export const MAX_TEXT = 2_000;

/** A review to begin with: an empty one without a name, or what was written. */
export function reviewDraft(known?: Known): ReviewDraft {
  return {
    rating: known?.rating ?? 0,
    title: known?.title ?? "",
    text: known?.text ?? "",
    shownAs: known?.shownAs ?? "anonymous",
    displayName: known?.shownAs === "displayName" ? (known.reviewer ?? "") : "",
  };
}

/** What is sent; a title that was emptied is removed. */
export function reviewBody(draft: ReviewDraft) {
  const { rating, shownAs } = draft;
  const body = { rating, shownAs, title: draft.title.trim() || null, text: draft.text.trim() };
  return shownAs === "displayName" ? { ...body, displayName: draft.displayName.trim() } : body;
}

/** What is missing before anything is sent. */
export function reviewFaults(draft: ReviewDraft): FieldErrors {
  const { missing, string_too_long } = reviews.problems;
  const name = draft.shownAs === "displayName" && !draft.displayName.trim();
  return {
    ...(draft.rating === 0 && { rating: missing }),
    ...(!draft.text.trim() && { text: missing }),
    ...(draft.text.trim().length > MAX_TEXT && { text: string_too_long }),
    ...(name && { displayName: missing }),
  };
}
