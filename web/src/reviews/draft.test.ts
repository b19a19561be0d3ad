import { expect, it } from "vitest";
import { reviewBody, reviewDraft, reviewFaults } from "./draft";

const written = {
  rating: 4,
  title: "Creamy",
  text: " I like it. ",
  shownAs: "displayName",
  reviewer: "Countess",
} as const;

it("begins without stars and without a name, and says what is missing", () => {
  expect(reviewDraft().shownAs).toBe("anonymous");
  expect(Object.keys(reviewFaults(reviewDraft()))).toEqual(["rating", "text"]);
  expect(Object.keys(reviewFaults({ ...reviewDraft(written), displayName: " " }))).toEqual(["displayName"]);
  expect(reviewFaults({ ...reviewDraft(written), text: "x".repeat(2001) })).toHaveProperty("text");
});

it("sends what was written, and the name only where it is shown", () => {
  const draft = reviewDraft(written);
  expect(reviewBody(draft)).toEqual({
    rating: 4,
    title: "Creamy",
    text: "I like it.",
    shownAs: "displayName",
    displayName: "Countess",
  });
  expect(reviewBody({ ...draft, shownAs: "anonymous", title: "" })).toEqual({
    rating: 4,
    title: null,
    text: "I like it.",
    shownAs: "anonymous",
  });
});
