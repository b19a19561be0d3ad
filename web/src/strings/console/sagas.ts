import type { Schema } from "../../api/client";

type State = Schema["SagaState"];
type Step = Schema["Step"];
type Request = Schema["WaitingRequest"];
type Direction = Request["direction"];
type Action = Schema["SagaActionPreview"]["action"];
type Resolution = Schema["Proposal"]["resolution"];

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
const meant: Readonly<Record<Resolution, string>> = {
  retry: "try the undo again",
  "mark done": "mark the undo as done",
  "force fail": "end the order as failed",
};
const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
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
    whole: "Everything",
    events: "Events",
    eventsOf: "All events of this saga",
  },
  todo: "What can be done",
  actions: {
    retry: "Try the undo again",
    "mark done": "Mark the undo as done",
    "force fail": "End the order as failed",
    confirm: "Confirm the proposal",
    cancel: "Cancel the order",
  } as const satisfies Record<Action, string>,
  looks: {
    retry: "primary",
    "mark done": "secondary",
    "force fail": "danger",
    confirm: "primary",
    cancel: "danger",
  } as const satisfies Record<Action, string>,
  done: {
    retry: "The saga was asked to try again.",
    "mark done": "The undo was marked as done, or proposed to be.",
    "force fail": "The order was ended as failed, or proposed to be.",
    confirm: "The proposal was confirmed.",
    cancel: "The cancellation was requested.",
  } as const satisfies Record<Action, string>,
  evidence: {
    retry: "What was settled, and how you know",
    "mark done": "How you know that it is done",
    "force fail": "Why it will never be undone",
    cancel: "Why it is cancelled",
  } as const satisfies Record<Exclude<Action, "confirm">, string>,
  evidenceHint: {
    retry: "It is recorded with your account.",
    "mark done": "It is recorded with your account: the number of a transfer, say.",
    "force fail": "It is recorded with your account.",
    cancel: "The customer reads it.",
  } as const satisfies Record<Exclude<Action, "confirm">, string>,
  propose: "Propose it",
  you: "You",
  requested: (who: string, resolution: Resolution) => `${who} asked to ${meant[resolution]}: it is about to`,
  proposed: (who: string, resolution: Resolution) => `${who} proposed to ${meant[resolution]}`,
  confirmUntil: "Another operator can confirm it until",
  undone: (each: readonly Step[]) => sentence(list.format(each.map((step) => undo[step]))),
  askedFor: (step: Step, direction: Direction, attempt: number) =>
    `${sentence((direction === "undo" ? undo : forward)[step])}, attempt ${attempt}`,
  would: {
    title: "What it would do",
    saga: "The saga is then",
    order: "The order is then",
    taken: "Taken as done",
    asks: "Asks at once for",
    until: "With an answer by",
    next: "Then for",
    records: "Records",
    second: "It counts once another operator confirms it.",
    left: (steps: readonly Step[]) => `Never happens: ${list.format(steps.map((step) => undo[step]))}`,
    leftNext: "What was done for the order stays as it is. Settle it outside the shop.",
  },
} as const;
