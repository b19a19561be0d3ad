import { expect, it } from "vitest";
import { kindOf, pricingAsked, trendingAsked } from "./queries";

it("asks for a rate and a fee where all of each is given", () => {
  expect(pricingAsked({})).toEqual({});
  expect(pricingAsked({ region: "us-oh", percent: "7" })).toEqual({ tax: ["US-OH:7"] });
  expect(pricingAsked({ region: "US-OH", currency: "usd", fee: "499" })).toEqual({ fee: ["USD:499:0"] });
  expect(pricingAsked({ currency: "USD", fee: "499", free: "4000" })).toEqual({ fee: ["USD:499:4000"] });
  expect(pricingAsked({ since: "2026-03-01T12:00:00Z" })).toEqual({ since: "2026-03-01T12:00:00.000Z" });
  expect(pricingAsked({ since: "yesterday" })).toEqual({});
});

it("asks for the weights that are given", () => {
  expect(trendingAsked({})).toEqual({});
  expect(trendingAsked({ view: "0", order: "2.5", halfLife: "12" })).toEqual({
    view: 0,
    order: 2.5,
    halfLifeHours: 12,
  });
});

it("asks about tax and shipping unless another rule is named", () => {
  expect(kindOf({})).toBe("pricing");
  expect(kindOf({ rule: "steps" })).toBe("steps");
  expect(kindOf({ rule: "anything" })).toBe("pricing");
});
