import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, read, type Schema } from "../../api/client";
import type { paths } from "../../api/schema";
import type { Filters } from "../parts/filters";

export type LoggedEvent = Schema["LoggedEvent"];
export type EventPage = Schema["EventPage"];

type Asked = NonNullable<paths["/bff/admin/log/events"]["get"]["parameters"]["query"]>;

const EVENTS = ["console", "events"];
const PAGE_SIZE = 50;
const MINUTES = 5 * 60_000;

export function eventsQuery(filters: Filters) {
  const wanted = eventFilters(filters);
  return infiniteQueryOptions({
    queryKey: [...EVENTS, "list", wanted],
    queryFn: ({ pageParam }) => {
      const query = { ...wanted, limit: PAGE_SIZE, ...(pageParam && { cursor: pageParam }) };
      return read(api.GET("/bff/admin/log/events", { params: { query } }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    refetchOnMount: "always",
    refetchOnWindowFocus: false,
  });
}

/** An event; what is recorded never changes. */
export function eventQuery(position: number) {
  return queryOptions({
    queryKey: [...EVENTS, "one", position],
    queryFn: () => read(api.GET("/bff/admin/log/events/{position}", { params: { path: { position } } })),
    staleTime: MINUTES,
  });
}

/** An event with its relatives, of which more may come. */
export function chainQuery(position: number) {
  return queryOptions({
    queryKey: [...EVENTS, "chain", position],
    queryFn: () => read(api.GET("/bff/admin/log/events/{position}/chain", { params: { path: { position } } })),
  });
}

/** Return what is asked of the server for these filters. */
export function eventFilters({ order, stream, type, topic, actor, correlation, since }: Filters) {
  const from = since ? new Date(since) : undefined;
  return {
    ...(order && { order: /^ord-/i.test(order) ? order.toUpperCase() : order }),
    ...(stream && (stream.includes("-") ? { stream: [stream] } : { category: [stream] })),
    ...(type && { type: [type] }),
    ...(topic && { topic: [topic] as NonNullable<Asked["topic"]> }),
    ...(actor && { actorType: actor as Schema["ActorType"] }),
    ...(correlation && { correlationId: correlation }),
    ...(from && !Number.isNaN(from.getTime()) && { since: from.toISOString() }),
  };
}
