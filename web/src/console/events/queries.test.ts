import { expect, it } from "vitest";
import { eventFilters } from "./queries";

it("asks for nothing where nothing is filtered", () => {
  expect(eventFilters({ event: "7", follow: "1" })).toEqual({});
});

it("takes a stream by its whole name, or all of a category", () => {
  expect(eventFilters({ stream: "order-42" })).toEqual({ stream: ["order-42"] });
  expect(eventFilters({ stream: "order" })).toEqual({ category: ["order"] });
});

it("asks for all that is given", () => {
  const since = "2026-03-01T10:00";
  expect(
    eventFilters({
      order: "ord-20260301-abcde",
      type: "order.*",
      topic: "aioutlet.orders",
      actor: "guest",
      correlation: "c",
      since,
    }),
  ).toEqual({
    order: "ORD-20260301-ABCDE",
    type: ["order.*"],
    topic: ["aioutlet.orders"],
    actorType: "guest",
    correlationId: "c",
    since: new Date(since).toISOString(),
  });
});

it("leaves out a time that is none", () => {
  expect(eventFilters({ since: "soon" })).toEqual({});
});
