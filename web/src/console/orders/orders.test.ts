import { expect, it } from "vitest";
import { wanted } from "./queries";
import { actionsFor, isFinal, STATUSES } from "./status";

it("asks for a customer by address or by id, and for whole days where the browser is", () => {
  expect(wanted({ customer: "ann@example.com", page: "3" })).toEqual({ email: "ann@example.com", limit: 25, skip: 50 });
  expect(wanted({ customer: "0192-ab" })).toMatchObject({ customerId: "0192-ab" });
  expect(wanted({ from: "2026-11-18", to: "2026-11-18" })).toMatchObject({
    from: new Date(2026, 10, 18).toISOString(),
    to: new Date(2026, 10, 19).toISOString(),
  });
});

it("offers what the shop allows: to ship what is prepared, to cancel what is not shipped", () => {
  expect(actionsFor("Shipping Prepared")).toEqual(["ship", "cancel"]);
  expect(actionsFor("Shipped")).toEqual(["deliver"]);
  expect(STATUSES.filter((status) => actionsFor(status).includes("cancel"))).toHaveLength(5);
  expect(STATUSES.filter(isFinal).flatMap(actionsFor)).toEqual([]);
});
