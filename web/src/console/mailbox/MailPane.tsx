import { When } from "../../parts/When";
import { mailbox as words } from "../../strings/console/mailbox";
import { Facts } from "../parts/Facts";
import { useFilters } from "../parts/filters";
import { Tabs } from "../parts/Tabs";
import css from "./Mail.module.css";
import type { Mail } from "./queries";

/** One mail: to whom and when, as it looks and as text. */
export function MailPane({ mail }: { mail: Mail | undefined }) {
  const [{ as }] = useFilters();
  if (!mail) return <p>{words.gone}</p>;
  return (
    <>
      <Facts
        of={{
          [words.to]: mail.to,
          [words.sent]: <When at={mail.at} />,
          [words.template]: words.templates(mail.template),
        }}
      />
      <Tabs label={words.forms} name="as" first={words.look} others={words.others} />
      {as === "text" ? (
        <pre className={css.text}>{mail.text}</pre>
      ) : (
        <iframe
          title={mail.subject}
          src={`/bff/dev/mailbox/${encodeURIComponent(mail.id)}`}
          sandbox="allow-popups allow-popups-to-escape-sandbox"
          className={css.mail}
        />
      )}
    </>
  );
}
