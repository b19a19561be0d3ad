import { Problem } from "../../api/problems";
import { PartError } from "../../app/errors";
import { Notice } from "../../parts/Notice";
import { asSentence } from "../../parts/words";
import { events as words } from "../../strings/console/events";

/** Why a search failed; a filter that means nothing is refused with a sentence about it. */
export function Refused({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const [said] = error instanceof Problem && error.code === "invalid" ? error.errors : [];
  if (!said) return <PartError error={error} onRetry={onRetry} />;
  return (
    <Notice kind="failed" title={words.refused(said.field)}>
      <p>{asSentence(said.detail)}</p>
    </Notice>
  );
}
