/** One field that the server refuses; `field` is its path in the body, as `shippingAddress.city`. */
export type FieldProblem = { field: string; in: string; code: string; detail: string };

type Document = {
  status: number;
  code: string;
  title?: string;
  detail?: string;
  correlationId?: string | null;
  errors?: FieldProblem[];
} & Record<string, unknown>;

/** The server refused, with a problem document (RFC 9457); what else its document says is in `extra`. */
export class Problem extends Error {
  override name = "Problem";
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly correlationId: string | null;
  readonly errors: readonly FieldProblem[];
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(document: Document) {
    const { status, code, title, detail, correlationId, errors, type: _, ...extra } = document;
    super(`${status} ${code}`);
    this.status = status;
    this.code = code;
    this.detail = detail ?? title ?? "";
    this.correlationId = correlationId ?? null;
    this.errors = errors ?? [];
    this.extra = extra;
  }
}

/** The server did not answer: there is no network, or it is away. Whether it did what it was asked is unknown. */
export class Unreachable extends Error {
  override name = "Unreachable";
}

/** Whether the session is over, so that logging in again would help. */
export function isSessionOver(error: unknown): boolean {
  return error instanceof Problem && error.status === 401 && SESSION_OVER.has(error.code);
}

const SESSION_OVER = new Set(["unauthorised", "session_ended"]);

/** Return what an answer that is no success says; a body that is no problem document becomes one. */
export function problemOf(status: number, body: unknown): Problem {
  if (typeof body === "object" && body !== null && "code" in body)
    return new Problem({ ...(body as Document), status });
  return new Problem({ status, code: status >= 500 ? "unavailable" : "unexpected" });
}
