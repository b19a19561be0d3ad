import { expect, it } from "vitest";
import { minorUnits, moneyText } from "./money";

it.each([
  [150, "USD", "$1.50"],
  [0, "USD", "$0.00"],
  [123456789, "USD", "$1,234,567.89"],
  [1500, "JPY", "¥1,500"],
  [1234, "KWD", "KWD 1.234"],
])("writes %i of %s with its sign and its digits", (amount, currency, text) => {
  expect(moneyText({ amount, currency }).replace("\u00a0", " ")).toBe(text);
});

it.each([
  ["12.5", "USD", 1250],
  ["12,50", "USD", 1250],
  [" 7 ", "USD", 700],
  ["7.", "USD", 700],
  ["7", "JPY", 7],
  ["1.234", "KWD", 1234],
  ["12.505", "USD", null],
  ["7.5", "JPY", null],
  ["-1", "USD", null],
  ["", "USD", null],
  ["1e3", "USD", null],
])("reads %j of %s as %j", (typed, currency, amount) => {
  expect(minorUnits(typed, currency)).toBe(amount);
});
