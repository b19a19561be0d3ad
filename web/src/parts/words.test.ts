import { expect, it } from "vitest";
import { Problem, problemOf, Unreachable } from "../api/problems";
import { fieldErrors } from "./form-errors";
import { wordsOf } from "./words";

const refusal = (status: number, code: string, detail = "") => new Problem({ status, code, detail });

it("says of a refusal that it knows what happened and what to do", () => {
  expect(wordsOf(refusal(503, "unavailable")).what).toBe("A part of the shop does not answer.");
  expect(wordsOf(new Unreachable("")).what).toBe("The shop does not answer.");
});

it("says for how long one holds that says so", () => {
  const refused = (retry_after: number) => new Problem({ status: 429, code: "too_many_requests", retry_after });
  expect(wordsOf(refused(8)).next).toBe("Try again in 8 seconds.");
  expect(wordsOf(refused(900)).next).toBe("Try again in 15 minutes.");
});

it("says the detail of one that it does not know, as a sentence", () => {
  expect(wordsOf(refusal(409, "order_not_ready", "the order is not shipped")).what).toBe("The order is not shipped.");
});

it("keeps a fault of ours, and what is no refusal at all, to general words", () => {
  expect(wordsOf(refusal(500, "strange", "table x is missing")).what).not.toContain("table");
  expect(wordsOf(new TypeError("x is undefined")).what).toBe("This page failed.");
});

it("takes an answer that is no problem document as one", () => {
  expect(problemOf(502, "<html>").code).toBe("unavailable");
  expect(problemOf(409, { code: "not_available", available: 2 }).extra).toEqual({ available: 2 });
});

it("says what is wrong with each field once", () => {
  const errors = [
    { field: "email", in: "body", code: "missing", detail: "Field required" },
    { field: "email", in: "body", code: "other", detail: "second" },
    { field: "password", in: "body", code: "weak", detail: "too common" },
  ];
  const problem = new Problem({ status: 422, code: "invalid", errors });
  expect(fieldErrors(problem, { missing: "This is needed." })).toEqual({
    email: "This is needed.",
    password: "too common",
  });
  expect(fieldErrors(new Unreachable(""))).toEqual({});
});
