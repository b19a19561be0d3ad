import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { createContext, useContext } from "react";
import { api, read, type Schema } from "../api/client";
import { type Profile, sessionQuery } from "../app/session";

/** Who is logged in, on the pages of the account. */
export const PersonContext = createContext<Profile | null>(null);

export function usePerson(): Profile {
  const person = useContext(PersonContext);
  if (!person) throw new Error("a page of the account is outside of it");
  return person;
}

/** Ask again who is there, after something of theirs was changed. */
export function usePersonChanged(): () => Promise<void> {
  const client: QueryClient = useQueryClient();
  return () => client.invalidateQueries({ queryKey: sessionQuery.queryKey });
}

export const changeNames = (body: Schema["ProfileChange"]) => read(api.PATCH("/bff/me", { body }));

export const changeEmail = (body: Schema["EmailChange"]) => read(api.POST("/bff/me/email", { body }));

export const changePassword = (body: Schema["PasswordChange"]) => read(api.POST("/bff/auth/password", { body }));

export const endOtherSessions = () => read(api.DELETE("/bff/me/sessions"));

export function endSession(id: string) {
  return read(api.DELETE("/bff/me/sessions/{session_id}", { params: { path: { session_id: id } } }));
}

/** Keep an address: a new one, or in the place of one that was. */
export function keepAddress(address: Schema["Address"], id?: string) {
  const body = { address };
  if (!id) return read(api.POST("/bff/me/addresses", { body }));
  return read(api.PUT("/bff/me/addresses/{address_id}", { params: { path: { address_id: id } }, body }));
}

export function removeAddress(id: string) {
  return read(api.DELETE("/bff/me/addresses/{address_id}", { params: { path: { address_id: id } } }));
}

export const erase = (password: string) => read(api.DELETE("/bff/me", { body: { password } }));

/** Everything that is held on the person, as a file. */
export const exportAll = () => read(api.GET("/bff/me/export", { parseAs: "blob" })) as unknown as Promise<Blob>;
