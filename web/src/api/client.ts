import createClient from "openapi-fetch";
import { csrfToken } from "./csrf";
import { noteChange } from "./last-change";
import { problemOf, Unreachable } from "./problems";
import type { components, paths } from "./schema";

/** The bodies of answers and requests, by name: `Schema["Product"]`. */
export type Schema = components["schemas"];

const SAFE = new Set(["GET", "HEAD"]);

/** The BFF; what it answers, unwrap with `read`. */
export const api = createClient<paths>({
  baseUrl: globalThis.location?.origin ?? "http://localhost",
  fetch: (request) => fetch(request).catch(asUnreachable),
});

api.use({
  onRequest({ request }) {
    const token = SAFE.has(request.method) ? undefined : csrfToken();
    if (token) request.headers.set("X-CSRF-Token", token);
    return request;
  },
  onResponse({ request, response, schemaPath }) {
    if (!SAFE.has(request.method)) noteChange(request.method, schemaPath, response);
  },
});

/**
 * Return the body of an answer: `await read(api.GET("/bff/cart"))`.
 *
 * @throws Problem The server refused.
 * @throws Unreachable It did not answer.
 */
export async function read<T>(asked: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await asked;
  if (!response.ok) throw problemOf(response.status, error);
  return data as T;
}

function asUnreachable(error: unknown): never {
  if (error instanceof DOMException && error.name === "AbortError") throw error;
  throw new Unreachable("the shop did not answer", { cause: error });
}
