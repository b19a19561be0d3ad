import { expect, it } from "vitest";
import { orderOf, subjectOf, valueText } from "./subject";

it("takes a slash for a document, and a hyphen for a stream", () => {
  expect(subjectOf("orders/019c-1")).toEqual({ view: "orders", id: "019c-1" });
  expect(subjectOf("stock/main/lamp")).toEqual({ view: "stock", id: "main/lamp" });
  expect(subjectOf("order-019c-1")).toEqual({ stream: "order-019c-1" });
});

it.each([undefined, "", "order", "order-", "-1", "/", "orders/"])("takes %s for nothing", (text) => {
  expect(subjectOf(text)).toBeNull();
});

it("knows which order is looked at", () => {
  expect(orderOf("saga-019c-1")).toBe("019c-1");
  expect(orderOf("orders/019c-1")).toBe("019c-1");
  expect(orderOf("product-lamp")).toBeUndefined();
});

it("shows words as they are, and of what is sealed only that it is", () => {
  const sealed = { sealed: 1, subject: "a", key: "k", nonce: "n", text: "x" };
  expect(valueText("Pending", "sealed")).toBe("Pending");
  expect(valueText(null, "sealed")).toBe("null");
  expect(valueText(sealed, "sealed")).toBe('"sealed"');
  expect(valueText({ name: sealed, n: [1] }, "sealed")).toBe('{"name":"sealed","n":[1]}');
});
