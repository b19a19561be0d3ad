import { expect, it } from "vitest";
import { factsText } from "./facts";

it("says what people read, without ids and times", () => {
  const facts = {
    orderId: "01a22a2a-6ebc-7a8f-ba0a-3273830047b5",
    reason: "declined",
    count: 3,
    minute: "2026-11-30T01:55:00Z",
    requestId: "01a22a2a-6ebc-7a8f-ba0a-3273830047b5/shipping",
  };
  expect(factsText(facts)).toBe("declined, 3");
  expect(factsText({})).toBe("");
});
