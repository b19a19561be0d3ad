import { queryOptions } from "@tanstack/react-query";
import { api, read, type Schema } from "../../api/client";
import type { Filters } from "../parts/filters";

export const kinds = ["pricing", "trending", "steps"] as const;
export type Kind = (typeof kinds)[number];

const WHAT_IF = ["console", "what-if"];

/** Which rule is asked about; by default that of tax and shipping. */
export function kindOf({ rule }: Filters): Kind {
  return kinds.find((kind) => kind === rule) ?? "pricing";
}

export function pricingQuery(filters: Filters) {
  const query = pricingAsked(filters);
  return queryOptions({
    queryKey: [...WHAT_IF, "pricing", query],
    queryFn: () => read(api.GET("/bff/analytics/what-if/pricing", { params: { query } })),
  });
}

export function trendingQuery(filters: Filters) {
  const query = trendingAsked(filters);
  return queryOptions({
    queryKey: [...WHAT_IF, "trending", query],
    queryFn: () => read(api.GET("/bff/analytics/what-if/trending", { params: { query } })),
  });
}

export function stepsQuery(filters: Filters) {
  const query = { first: stepOf(filters), ...sinceOf(filters) };
  return queryOptions({
    queryKey: [...WHAT_IF, "steps", query],
    queryFn: () => read(api.GET("/bff/analytics/what-if/steps", { params: { query } })),
  });
}

/** Return what is asked of the server: a rate and a fee, each where all of it is given. */
export function pricingAsked({ region, percent, currency, fee, free, since }: Filters) {
  return {
    ...(region && percent && { tax: [`${region.toUpperCase()}:${percent}`] }),
    ...(currency && fee && { fee: [`${currency.toUpperCase()}:${fee}:${free || "0"}`] }),
    ...sinceOf({ ...(since && { since }) }),
  };
}

/** Return the weights that are given, as numbers. */
export function trendingAsked({ view, cartAdd, order, halfLife }: Filters) {
  const said = { view, cartAdd, order, halfLifeHours: halfLife };
  return Object.fromEntries(Object.entries(said).flatMap(([name, text]) => (text ? [[name, Number(text)]] : [])));
}

function stepOf({ first }: Filters): Schema["Step"] {
  return first === "payment" || first === "shipping" ? first : "inventory";
}

function sinceOf({ since }: Filters): { since?: string } {
  const from = since ? new Date(since) : undefined;
  return from && !Number.isNaN(from.getTime()) ? { since: from.toISOString() } : {};
}
