import { expect, it } from "vitest";
import { amountText, readNumbers, readPricing } from "./values";

const NOW = {
  tax: { "US-OH": "7.25", GB: "20" },
  otherTax: "0",
  taxedByPart: ["US"],
  fees: { USD: { amount: 500, freeFrom: 5_000 }, JPY: { amount: 500, freeFrom: 5_000 } },
};
const TYPED = {
  "tax.US-OH": "7.5",
  "tax.GB": "",
  newRegion: "nz",
  newPercent: "15",
  otherTax: "1",
  "fees.USD.amount": "4.99",
  "fees.USD.freeFrom": "60",
  "fees.JPY.amount": "700",
  "fees.JPY.freeFrom": "9000",
};

it("changes, removes and adds regions, reads fees in their currency, and keeps the rest", () => {
  expect(readPricing(TYPED, NOW)).toEqual({
    tax: { "US-OH": "7.5", NZ: "15" },
    otherTax: "1",
    taxedByPart: ["US"],
    fees: { USD: { amount: 499, freeFrom: 6_000 }, JPY: { amount: 700, freeFrom: 9_000 } },
  });
});

it("takes no amount with digits that the currency does not have", () => {
  expect(readPricing({ ...TYPED, "fees.JPY.amount": "7.50" }, NOW)).toBeNull();
});

it("writes an amount as it is typed", () => {
  expect([amountText(499, "USD"), amountText(700, "JPY")]).toEqual(["4.99", "700"]);
});

it("reads numbers, and keeps what was not asked for", () => {
  expect(readNumbers({ view: "2.5" }, { view: 1, order: 12 })).toEqual({ view: 2.5, order: 12 });
});
