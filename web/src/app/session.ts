import {
  type QueryClient,
  type QueryKey,
  queryOptions,
  type UseQueryOptions,
  type UseQueryResult,
  useQuery,
} from "@tanstack/react-query";
import { api, read, type Schema } from "../api/client";
import { csrfToken, forgetCsrfToken } from "../api/csrf";
import { isSessionOver } from "../api/problems";
import { askAgain } from "./ask-again";
import { forgetPerson, SESSION } from "./forget-person";
import { tellTabs } from "./tabs";

export type Profile = Schema["Profile"];
export type Role = Schema["ActorType"];

const ENDED = [SESSION, "ended"];

/** Who is logged in; null for a visitor. Nothing is asked of the server where the browser has no session. */
export const sessionQuery = queryOptions({
  queryKey: [SESSION, "me"],
  queryFn: async (): Promise<Profile | null> => (csrfToken() ? askWhoIsThere() : null),
  staleTime: 60_000,
});

const endedQuery = queryOptions({ queryKey: ENDED, queryFn: () => false, staleTime: Number.POSITIVE_INFINITY });

async function askWhoIsThere(): Promise<Profile | null> {
  try {
    return await read(api.GET("/bff/me"));
  } catch (error) {
    if (!isSessionOver(error)) throw error;
    forgetCsrfToken();
    return null;
  }
}

/** Who is logged in: undefined while that is not known yet, null for a visitor. */
export function useSession(): Profile | null | undefined {
  return useQuery(sessionQuery).data;
}

/** What belongs to a person: it is asked for once it is known that somebody is logged in. */
export function useOwnQuery<Data, Key extends QueryKey>(
  options: UseQueryOptions<Data, Error, Data, Key>,
): UseQueryResult<Data> {
  return useQuery({ ...options, enabled: Boolean(useSession()) });
}

/** Whether a session ended while its person was doing something; until they log in again. */
export function useSessionEnded(): boolean {
  return useQuery(endedQuery).data ?? false;
}

/** Take note that the server does not know the session any more; what was typed stays on the page. */
export function endSession(client: QueryClient): void {
  const wasThere = client.getQueryData(sessionQuery.queryKey);
  forgetCsrfToken();
  client.setQueryData(sessionQuery.queryKey, null);
  if (wasThere) client.setQueryData(ENDED, true);
}

/** After logging in or registering: ask again for everything that may be somebody's own; forms keep what is typed. */
export async function beginSession(client: QueryClient): Promise<void> {
  client.setQueryData(ENDED, false);
  tellTabs("session-begun");
  await askAgain(client, { predicate: ({ queryKey }) => queryKey[1] !== ENDED[1] });
}

/** After logging out: nothing of the person is left on any page, and nothing of theirs is asked for again. */
export function leaveSession(client: QueryClient): void {
  forgetCsrfToken();
  forgetPerson(client);
  tellTabs("session-left");
}

/** What a person is called in full; nothing where they gave no name. */
export function fullName({ firstName, lastName }: Pick<Profile, "firstName" | "lastName">): string {
  return [firstName, lastName].filter(Boolean).join(" ");
}

/** Whether somebody has any of these roles. */
export function hasRole(person: Pick<Profile, "roles"> | null | undefined, ...roles: Role[]): boolean {
  return person?.roles.some((role) => roles.includes(role)) ?? false;
}
