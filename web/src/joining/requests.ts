import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { api, read, type Schema } from "../api/client";
import { askAgain } from "../app/ask-again";
import { beginSession } from "../app/session";
import { takeOverCart } from "../cart/take-over";

export const logIn = (body: Schema["Login"]) => read(api.POST("/bff/auth/login", { body }));

export const register = (body: Schema["Registration"]) => read(api.POST("/bff/auth/register", { body }));

export const resendVerification = () => read(api.POST("/bff/auth/verify-email/resend"));

export const requestReset = (email: string) => read(api.POST("/bff/auth/password-reset", { body: { email } }));

export const completeReset = (body: Schema["Reset"]) => read(api.POST("/bff/auth/password-reset/complete", { body }));

export const logOut = () => read(api.POST("/bff/auth/logout"));

/** The proof of a mailed link; it is used once, however often its page is drawn. */
export function verificationQuery(token: string, client: QueryClient) {
  return queryOptions({
    queryKey: ["verification", token],
    queryFn: async () => {
      const verified = await read(api.POST("/bff/auth/verify-email", { body: { token } }));
      await askAgain(client, { queryKey: ["session", "me"] });
      return verified;
    },
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
}

/** After logging in or registering, with what the server answered. */
export async function enter(client: QueryClient, signedIn: Schema["SignedIn"]): Promise<void> {
  await takeOverCart(client, signedIn);
  await beginSession(client);
}
