import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, read, type Schema } from "../../api/client";
import type { Subject } from "./subject";

export type PastState = Schema["PastState"];

const PAST = ["console", "past"];
const AGGREGATE = "/bff/analytics/as-of/aggregate";
const DOCUMENT = "/bff/analytics/as-of/document";
const MINUTES = 5 * 60_000;

/** How many events there are of something, which may become more. */
export function nowQuery(subject: Subject) {
  return queryOptions({ queryKey: [...PAST, subject], queryFn: () => readPast(subject, {}) });
}

/** What something was after one of its events, and what had changed since another; that stays so. */
export function pastQuery(subject: Subject, version: number, sinceVersion: number) {
  return queryOptions({
    queryKey: [...PAST, subject, version, sinceVersion],
    queryFn: () => readPast(subject, { version, sinceVersion }),
    placeholderData: keepPreviousData,
    staleTime: MINUTES,
  });
}

/** All events of the request that placed an order. */
export function causesQuery(order: string) {
  return queryOptions({
    queryKey: [...PAST, "causes", order],
    queryFn: () => read(api.GET("/bff/analytics/as-of/causes", { params: { query: { order } } })),
  });
}

function readPast(subject: Subject, when: { version?: number; sinceVersion?: number }): Promise<PastState> {
  return "stream" in subject
    ? read(api.GET(AGGREGATE, { params: { query: { ...subject, ...when } } }))
    : read(api.GET(DOCUMENT, { params: { query: { ...subject, ...when } } }));
}
