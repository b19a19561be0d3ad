import { expect, it } from "vitest";
import { momentText } from "./moment";

const now = new Date(2026, 2, 5, 9, 30);

it.each([
  [new Date(2026, 2, 5, 8, 5, 9, 7), "08:05:09.007"],
  [new Date(2026, 2, 4, 23, 0, 0, 0), "Mar 4 23:00:00.000"],
  [new Date(2025, 11, 31, 0, 0, 0, 120), "Dec 31, 2025 00:00:00.120"],
])("says %s as %s", (at, text) => {
  expect(momentText(at, now)).toBe(text);
});
