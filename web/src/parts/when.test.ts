import { expect, it } from "vitest";
import { whenText } from "./when";

const NOW = new Date(2026, 10, 18, 14, 30);

it.each([
  [new Date(2026, 10, 18, 14, 5), "today 14:05"],
  [new Date(2026, 10, 18, 0, 0), "today 00:00"],
  [new Date(2026, 10, 17, 23, 59), "yesterday 23:59"],
  [new Date(2026, 10, 19, 9, 0), "tomorrow 09:00"],
  [new Date(2026, 10, 12, 9, 30), "Thursday 09:30"],
  [new Date(2026, 10, 11, 9, 30), "Nov 11"],
  [new Date(2025, 10, 18, 9, 30), "Nov 18, 2025"],
])("says %s as %s", (at, text) => {
  expect(whenText(at, NOW)).toBe(text);
});

it("calls the day before the clocks were changed yesterday", () => {
  const before = new Date(2026, 2, 28, 23, 30);
  expect(whenText(before, new Date(2026, 2, 29, 23, 30))).toBe("yesterday 23:30");
});
