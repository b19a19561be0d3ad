import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, read, type Schema } from "../../api/client";
import type { Filters } from "../parts/filters";

export type AuditedEvent = Schema["AuditedEvent"];
export type AuditPage = Schema["AuditPage"];
export type AuditReport = Schema["AuditReport"];
export type ReportFile = "csv" | "html";

/** What the page can show: all events, one order's, the security trail, or a report. */
export type Section = "events" | "order" | "security" | "report";

const AUDIT = ["console", "audit"];
const PAGE_SIZE = 50;

/** The section that the address bar names. */
export function sectionOf({ section }: Filters): Section {
  return section === "order" || section === "security" || section === "report" ? section : "events";
}

export function auditQuery(filters: Filters) {
  const section = sectionOf(filters);
  const wanted = section === "events" ? auditFilters(filters) : periodOf(filters);
  return infiniteQueryOptions({
    queryKey: [...AUDIT, section, section === "order" ? filters.order : null, wanted],
    queryFn: ({ pageParam }) => {
      const query = { ...wanted, limit: PAGE_SIZE, ...(pageParam && { cursor: pageParam }) };
      if (section === "security") return read(api.GET("/bff/audit/security", { params: { query } }));
      if (section !== "order") return read(api.GET("/bff/audit/events", { params: { query } }));
      const path = { order_id: numberOrId(filters.order ?? "") };
      return read(api.GET("/bff/audit/orders/{order_id}", { params: { path, query } }));
    },
    enabled: section !== "order" || Boolean(filters.order),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    refetchOnMount: "always",
    refetchOnWindowFocus: false,
  });
}

/** Return what is asked of the server for these filters. */
export function auditFilters(filters: Filters) {
  const { person, order, type, correlation, outcome, address } = filters;
  return {
    ...(person && { person }),
    ...(order && { order: numberOrId(order) }),
    ...(type && { type: [type] }),
    ...(correlation && { correlationId: correlation }),
    ...(outcome && { outcome: outcome as Schema["Outcome"] }),
    ...(address && { address }),
    ...periodOf(filters),
  };
}

export function reportQuery({ first, last }: Filters) {
  const query = daysOf({ first, last });
  return queryOptions({
    queryKey: [...AUDIT, "report", query],
    queryFn: () => read(api.GET("/bff/audit/report", { params: { query } })) as Promise<AuditReport>,
    refetchOnWindowFocus: false,
  });
}

/** Take a report out of the shop as a file. */
export function exportReport({ first, last }: Filters, format: ReportFile): Promise<Blob> {
  const query = { ...daysOf({ first, last }), format };
  return read(api.GET("/bff/audit/report", { params: { query }, parseAs: "blob" })) as unknown as Promise<Blob>;
}

/** The proof that an event is in the log, as it is signed now. */
export function askForProof(position: number) {
  return read(api.GET("/bff/audit/proofs/events/{position}", { params: { path: { position } } }));
}

function numberOrId(order: string): string {
  return /^ord-/i.test(order) ? order.toUpperCase() : order;
}

function periodOf({ since, until }: Filters) {
  const [from, to] = [instantOf(since), instantOf(until)];
  return { ...(from && { since: from }), ...(to && { until: to }) };
}

function instantOf(text: string | undefined): string | undefined {
  const date = text ? new Date(text) : undefined;
  return date && !Number.isNaN(date.getTime()) ? date.toISOString() : undefined;
}

function daysOf({ first, last }: Filters) {
  return { ...(first && { first }), ...(last && { last }) };
}
