import { useQuery } from "@tanstack/react-query";
import { developmentQuery } from "../app/development";
import { joining } from "../strings/joining";

/** The way to the mails of a shop that sends none, as the demo; elsewhere nothing. */
export function MailboxLink() {
  if (!useQuery(developmentQuery).data?.mailbox) return null;
  return (
    <p>
      {joining.mailbox}{" "}
      <a href="/bff/dev/mailbox" target="_blank" rel="noopener">
        {joining.mailboxLink}
      </a>
    </p>
  );
}
