import type { Schema } from "../../api/client";
import { sagas as words } from "../../strings/console/sagas";
import type { Tone } from "../parts/Status";

export type Saga = Schema["SagaOnBoard"];
export type State = Schema["SagaState"];
export type Step = Schema["Step"];
export type Preview = Schema["SagaActionPreview"];
export type Action = Preview["action"];
export type Mark = keyof typeof words.marks;

const TONES: Readonly<Record<State, Tone>> = {
  NEW: "waiting",
  PAYMENT_PROCESSING: "waiting",
  INVENTORY_PROCESSING: "waiting",
  SHIPPING_PROCESSING: "waiting",
  COMPENSATING: "failed",
  STUCK: "failed",
  COMPLETED: "done",
  SHIPPED: "done",
  FAILED: "plain",
  CANCELLED: "plain",
};
const ENDED: readonly State[] = ["COMPLETED", "SHIPPED", "FAILED", "CANCELLED"];

/** Under which name the evidence of an action is kept while it is written. */
export function draftOf({ orderId }: Saga, action: Action): string {
  return `console saga ${action} ${orderId}`;
}

/** All states, in the order in which a saga comes to them. */
export const STATES = Object.keys(TONES) as State[];

export function toneOf(state: State): Tone {
  return TONES[state];
}

/** Whether a saga waits for nothing of its own any more. */
export function isEnded(state: State): boolean {
  return ENDED.includes(state);
}

/** How many sagas are under way. */
export function countLive(byState: Readonly<Record<string, number>>): number {
  return STATES.filter((state) => !isEnded(state)).reduce((sum, state) => sum + (byState[state] ?? 0), 0);
}

/** Say what a saga waits for, as a sentence. */
export function whyItWaits({ state, request, maxAttempts }: Saga): string {
  if (state === "STUCK") return words.waitsForOperator(request);
  if (state === "COMPLETED") return words.waitsForShipment;
  if (isEnded(state)) return words.nothing;
  if (!request) return words.waitsForStart;
  return request.retryAt ? words.waitsForRetry(request, maxAttempts) : words.waitsForAnswer(request, maxAttempts);
}

/** When a saga moves on by itself at the latest, if it does. */
export function movesAt({ request }: Saga): string | null {
  return request?.retryAt ?? request?.deadline ?? null;
}

/** Where each step stands, in the order in which the saga takes them. */
export function marksOf(saga: Saga): [Step, Mark][] {
  const mark = saga.state === "COMPENSATING" || saga.state === "STUCK" ? markUndoing : markForward;
  return saga.steps.map((step) => [step, mark(saga, step)]);
}

function markForward({ state, request, suspended, done }: Saga, step: Step): Mark {
  if (request?.step === step) return "running";
  if (suspended?.step === step) return "paused";
  if (done.includes(step)) return "done";
  return isEnded(state) ? "none" : "ahead";
}

function markUndoing({ state, request, undo }: Saga, step: Step): Mark {
  if (request?.step === step) return state === "STUCK" ? "stuck" : "undoing";
  return undo.includes(step) ? "toUndo" : "none";
}
