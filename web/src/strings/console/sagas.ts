import type { Schema } from "../../api/client";

type State = Schema["SagaState"];
type Step = Schema["Step"];
type Request = Schema["WaitingRequest"];

/** What a step is called, and what is asked for with it and taken back. */
const steps: Readonly<Record<Step, string>> = { payment: "Payment", inventory: "Stock", shipping: "Shipping" };
const forward: Readonly<Record<Step, string>> = {
  payment: "the charge",
  inventory: "the reservation",
  shipping: "the shipping label",
};
const undo: Readonly<Record<Step, string>> = {
  payment: "the refund",
  inventory: "the release of the stock",
  shipping: "the cancellation of the parcel",
};
const asked = ({ step, direction }: Request) => (direction === "undo" ? undo : forward)[step];
const list = new Intl.ListFormat("en", { style: "long", type: "unit" });

export const sagas = {
  title: "Sagas",
  caption: "Sagas, first those that have not moved for longest",
  states: "States",
  live: "Under way",
  counted: (name: string, count: number) => `${name} ${count.toLocaleString("en")}`,
  step: "Step",
  staleFor: "Not moved for",
  staleChoices: { "60": "1 minute", "600": "10 minutes", "3600": "1 hour", "86400": "1 day" },
  noneLive: "No saga is under way.",
  noneLiveNext: "Every order that was placed is ready to be shipped, or has ended.",
  order: "Order",
  state: "State",
  why: "Why it waits",
  until: "Until",
  idle: "Not moved for",
  pane: (number: string) => `Saga of ${number}`,
  open: "Saga",
  stateNames: {
    NEW: "New",
    PAYMENT_PROCESSING: "Payment",
    INVENTORY_PROCESSING: "Stock",
    SHIPPING_PROCESSING: "Shipping",
    COMPENSATING: "Undoing",
    STUCK: "Stuck",
    COMPLETED: "Completed",
    SHIPPED: "Shipped",
    FAILED: "Failed",
    CANCELLED: "Cancelled",
  } as const satisfies Record<State, string>,
  steps,
  waitsForAnswer: (request: Request, most: number) =>
    `Waits for an answer about ${asked(request)}, attempt ${request.tries} of ${most}`,
  waitsForRetry: (request: Request, most: number) =>
    `Asks again for ${asked(request)}, attempt ${request.tries + 1} of ${most}`,
  waitsForOperator: (request: Request | null) =>
    request ? `Gave up on ${asked(request)}: an operator must decide` : "An operator must decide",
  waitsForStart: "Is about to ask for its first step",
  waitsForShipment: "All steps are done; the parcel waits for the carrier",
  nothing: "Waits for nothing",
  in: (time: string) => `in ${time}`,
  due: "now",
  stepsTitle: "Steps",
  marks: {
    done: "Done",
    running: "Under way",
    paused: "Waits for the stock",
    ahead: "Not yet",
    undoing: "Being undone",
    toUndo: "To be undone",
    stuck: "Stuck",
    none: "Nothing to undo",
  },
  ifGivenUp: (undone: readonly Step[]) =>
    `Given up now, it would undo ${list.format(undone.map((step) => steps[step].toLowerCase()))}, in this order.`,
  facts: {
    why: "Why",
    since: "In this state",
    moved: "Last moved",
    started: "Began",
    asked: "Asked",
    deadline: "Deadline",
    retryAt: "Next attempt",
    attempts: "Attempts",
    attemptsOf: ({ tries, attempt }: Request, most: number) =>
      attempt > tries ? `${tries} of ${most} in this round, ${attempt} in all` : `${tries} of ${most}`,
    ending: "Ends as",
    endings: { fail: "Failed", cancel: "Cancelled" },
    reason: "Undoing because",
    stuck: "Stuck because",
    cause: (reason: string) => (/^[a-z_]+$/.test(reason) ? reason.replaceAll("_", " ") : reason),
    failedStep: "Failed at",
    note: "Note",
    ended: "The order has ended already; only what came late is undone.",
    sum: "Sum",
    order: "Order",
    customer: "Customer",
    events: "Events",
    eventsOf: "All events of this saga",
  },
  todo: "What can be done",
  evidence: "What was settled, and how you know",
  evidenceHint: "It is recorded with your account.",
  retry: "Try the undo again",
  retried: "The saga was asked to try again.",
} as const;
