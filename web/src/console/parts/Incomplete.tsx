import { useSession } from "../../app/session";
import { Notice } from "../../parts/Notice";
import { incomplete as words } from "../../strings/console/incomplete";
import { mayOpen } from "../pages";
import { ConsoleLink } from "./ConsoleLink";
import { Status } from "./Status";

type Props = { of: { incompleteFrom?: number | null | undefined } };

const LETTERS = "/console/dead-letters";

/** Marks a row whose document lacks an event; a whole one has no mark. */
export function IncompleteMark({ of: { incompleteFrom } }: Props) {
  return typeof incompleteFrom === "number" && <Status tone="waiting">{words.mark}</Status>;
}

/** Says of a document that lacks an event from which one on, and leads to what can be done about it. */
export function IncompleteNotice({ of: { incompleteFrom } }: Props) {
  const person = useSession();
  if (typeof incompleteFrom !== "number") return null;
  return (
    <Notice kind="waiting" title={words.title}>
      <p>{words.text(incompleteFrom)}</p>
      {mayOpen(LETTERS, person?.roles ?? []) && (
        <ConsoleLink to={LETTERS} filters={{ kind: "document" }}>
          {words.link}
        </ConsoleLink>
      )}
    </Notice>
  );
}
