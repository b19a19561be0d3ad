import { expect, it } from "vitest";
import { type Mail, pageOfMails } from "./queries";

const mails = Array.from({ length: 60 }, (_, number) => ({
  id: String(number),
  to: number % 2 ? "Ann@example.org" : "bob@example.org",
})) as Mail[];

it("finds those to an address, however it is written, and shows a page of them", () => {
  const { items, total } = pageOfMails(mails, { to: "aNN@", page: "2" });
  expect(total).toBe(30);
  expect(items.map(({ id }) => id)).toEqual(["51", "53", "55", "57", "59"]);
  expect(pageOfMails(mails, {}).total).toBe(60);
  expect(pageOfMails(mails, { to: "eve" })).toEqual({ items: [], total: 0 });
});
