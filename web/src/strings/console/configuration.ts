import type { Schema } from "../../api/client";

type Key = Schema["ConfigKey"];

export const configuration = {
  title: "Configuration",
  intro: "What is changed here counts from the next order on; what was ordered before keeps its rules.",
  keys: "What can be configured",
  keyNames: { pricing: "Tax and shipping", deadlines: "Deadlines", trending: "Trending" } as Readonly<
    Record<Key, string>
  >,
  version: (version: number) => (version === 0 ? "As released" : `Version ${version}`),
  tax: "Tax in percent of the goods",
  taxHint: "By country (GB) or part of one (US-OH). An empty field removes a region.",
  newRegion: "Another region",
  newPercent: "Its tax in percent",
  otherTax: "Tax everywhere else",
  fees: (currencies: number) => `Shipping fees in ${currencies === 1 ? "1 currency" : `${currencies} currencies`}`,
  fee: (currency: string) => `Fee in ${currency}`,
  freeFrom: (currency: string) => `Nothing from, in ${currency}`,
  badAmount: "This is no amount, as 12.50.",
  fields: {
    payment: "Payment, seconds",
    inventory: "Stock, seconds",
    shipping: "Shipping, seconds",
    undo: "Undoing, seconds",
    reservation: "A reservation lasts, seconds",
    maxAttempts: "Attempts of a step",
    retryAfter: "Before the next attempt, seconds",
    view: "Weight of a look",
    cartAdd: "Weight of a cart add",
    order: "Weight of an order",
    halfLifeHours: "Hours until it weighs half",
  } as Readonly<Record<string, string>>,
  reason: "Why it changes",
  reasonHint: "It stands in the history.",
  save: "Change it",
  saved: "Changed.",
  history: "History",
  value: "Value",
  by: "By",
  changed: "Changed",
  versions: "Versions, the newest first",
} as const;
