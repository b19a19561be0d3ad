import type { InvalidateQueryFilters, QueryClient } from "@tanstack/react-query";

/**
 * Ask the server again for what has changed, and wait for its answers.
 *
 * A query that is being asked for the first time may get its answer from before the change, and the library joins what
 * is on its way instead of asking anew: it is asked a second time after that.
 */
export async function askAgain(client: QueryClient, filters: InvalidateQueryFilters = {}): Promise<void> {
  const first = client
    .getQueryCache()
    .findAll(filters)
    .filter(({ state }) => state.data === undefined && state.fetchStatus !== "idle");
  await client.invalidateQueries(filters);
  if (first.length > 0) await client.invalidateQueries({ predicate: (query) => first.includes(query) });
}
