import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { isSessionOver, Problem } from "../api/problems";
import { endSession } from "./session";

const RETRIES = 2;
const FRESH_FOR = 5_000;

/** Ask again only where that may help: when nobody answered, or the server says that it is away. */
function mayRetry(failures: number, error: Error): boolean {
  return failures < RETRIES && !(error instanceof Problem && error.status !== 503);
}

export function createQueryClient(): QueryClient {
  const onError = (error: Error): void => {
    if (isSessionOver(error)) endSession(client);
  };
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      // "always": without a network a page says so, instead of waiting for one
      queries: { staleTime: FRESH_FOR, retry: mayRetry, networkMode: "always" },
      mutations: { retry: false, networkMode: "always" },
    },
  });
  return client;
}
