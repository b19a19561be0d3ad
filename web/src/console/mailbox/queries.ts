import { queryOptions } from "@tanstack/react-query";
import { api, read, type Schema } from "../../api/client";
import { type Filters, pageOf } from "../parts/filters";
import { PAGE_SIZE } from "../parts/Paged";

export type Mail = Schema["MailShown"];

const ARRIVE = 3_000;

/** All mails that are kept, the newest first. */
export const mailsQuery = queryOptions({
  queryKey: ["console", "mails"],
  queryFn: async () => (await read(api.GET("/bff/dev/mailbox"))).items,
  refetchInterval: ARRIVE,
});

/** The page of the list that the address asks for, of the mails to whom it names. */
export function pageOfMails(mails: readonly Mail[], { to = "", page }: Filters): { items: Mail[]; total: number } {
  const wanted = mails.filter((mail) => mail.to.toLowerCase().startsWith(to.trim().toLowerCase()));
  const first = (pageOf({ page }) - 1) * PAGE_SIZE;
  return { items: wanted.slice(first, first + PAGE_SIZE), total: wanted.length };
}
