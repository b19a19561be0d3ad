import { expect, it } from "vitest";
import { whyTrending } from "./why";

const counts = (ordersToday: number, cartAddsToday: number, viewsToday: number) => ({
  score: 1,
  ordersToday,
  cartAddsToday,
  viewsToday,
});

it.each([
  [counts(42, 9, 9), "42 bought today"],
  [counts(0, 3, 9), "3 put into carts today"],
  [counts(0, 0, 1), "1 look today"],
  [counts(0, 0, 0), "popular this week"],
])("says what counted most of today", (reason, words) => {
  expect(whyTrending(reason)).toBe(words);
});
