import { useQuery } from "@tanstack/react-query";
import { joining } from "../strings/joining";
import { mailboxQuery } from "./requests";

/** The way to the mails of a shop that sends none, as the demo; elsewhere nothing. */
export function MailboxLink() {
  if (!useQuery(mailboxQuery).data) return null;
  return (
    <p>
      {joining.mailbox}{" "}
      <a href="/bff/dev/mailbox" target="_blank" rel="noopener">
        {joining.mailboxLink}
      </a>
    </p>
  );
}
