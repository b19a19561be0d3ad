import type { QueryClient } from "@tanstack/react-query";
import { forgetDrafts } from "../parts/draft";

/** Of whom, and of whether their session ended, is asked under this key. */
export const SESSION = "session";

/** Nothing of a person is left on any page, nor of what they typed; and nothing of theirs is asked for again. */
export function forgetPerson(client: QueryClient): void {
  forgetDrafts();
  client.setQueryData([SESSION, "me"], null);
  client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION });
}
