import { afterEach, expect, it, vi } from "vitest";
import { api, read } from "./client";
import { csrfToken } from "./csrf";
import { keyFor } from "./idempotency";
import { lastChange } from "./last-change";
import { isSessionOver, Problem, Unreachable } from "./problems";

afterEach(() => vi.unstubAllGlobals());

function answering(answer: () => Response | Promise<Response>) {
  const fetch = vi.fn<(request: Request) => Promise<Response>>(async () => answer());
  vi.stubGlobal("fetch", fetch);
  vi.stubGlobal("document", { cookie: "a=b; aioutlet_csrf=token.signed" });
  return fetch;
}

it("sends the CSRF token with what changes something, and with nothing else", async () => {
  const fetch = answering(() => Response.json({}));
  await read(api.GET("/bff/cart"));
  await read(api.DELETE("/bff/cart"));
  expect(fetch.mock.calls.map(([request]) => request.headers.get("X-CSRF-Token"))).toEqual([null, "token.signed"]);
});

it("keeps the correlation id of the last change, also of one that was refused, and of no question", async () => {
  const named = (id: string, status = 200) => Response.json({}, { status, headers: { "X-Correlation-ID": id } });
  const fetch = answering(() => named("first"));
  await read(api.DELETE("/bff/cart"));
  expect(lastChange()).toEqual({ method: "DELETE", path: "/bff/cart", correlationId: "first", isAccepted: true });
  fetch.mockImplementation(async () => named("asked"));
  await read(api.GET("/bff/cart"));
  await api.POST("/bff/quotes", { body: { items: [] } as never });
  expect(lastChange()?.correlationId).toBe("first");
  fetch.mockImplementation(async () => named("second", 409));
  await api.DELETE("/bff/cart");
  expect(lastChange()).toMatchObject({ correlationId: "second", isAccepted: false });
});

it("throws what the server refuses, with all that it says", async () => {
  const problem = { status: 409, code: "not_available", detail: "2 left", correlationId: "c1", available: 2 };
  answering(() => Response.json(problem, { status: 409 }));
  const error = await read(api.GET("/bff/cart")).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Problem);
  expect(error).toMatchObject({ status: 409, code: "not_available", correlationId: "c1", extra: { available: 2 } });
});

it("tells a server that does not answer from one that refuses", async () => {
  answering(() => Promise.reject(new TypeError("Failed to fetch")));
  await expect(read(api.GET("/bff/cart"))).rejects.toBeInstanceOf(Unreachable);
});

it("leaves a request that was given up alone", async () => {
  answering(() => Promise.reject(new DOMException("", "AbortError")));
  await expect(read(api.GET("/bff/cart"))).rejects.toMatchObject({ name: "AbortError" });
});

it("finds the token under either name, and none where there is none", () => {
  expect(csrfToken("x=1; __Host-aioutlet_csrf=t1; y=2")).toBe("t1");
  expect(csrfToken("aioutlet_csrf=")).toBeUndefined();
  expect(csrfToken("")).toBeUndefined();
});

it("keeps the key of a body until the body is another", () => {
  const first = keyFor('{"a":1}', null);
  expect(keyFor('{"a":1}', first)).toBe(first);
  expect(keyFor('{"a":2}', first).key).not.toBe(first.key);
});

it("takes a session for over only where logging in would help", () => {
  const refusal = (status: number, code: string) => new Problem({ status, code });
  expect(isSessionOver(refusal(401, "session_ended"))).toBe(true);
  expect(isSessionOver(refusal(401, "login_failed"))).toBe(false);
  expect(isSessionOver(refusal(403, "forbidden"))).toBe(false);
});
