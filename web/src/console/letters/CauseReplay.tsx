import { useState } from "react";
import { Button } from "../../parts/Button";
import { LazyDialog } from "../../parts/LazyDialog";
import { Notice } from "../../parts/Notice";
import { consumerName } from "../../strings/console/consumers";
import { letters as words } from "../../strings/console/letters";
import { useAction } from "../parts/action";
import { ReasonForm } from "../parts/ReasonForm";
import css from "./Letters.module.css";
import type { Cause } from "./letter";
import { LETTERS, replayCause } from "./queries";

type Props = { of: Cause; dead: number; onClose: () => void };

/** Has all dead letters of a cause tried again, and says how far it is; one that is left goes on asking. */
export function CauseReplay({ of, dead, onClose }: Props) {
  const [total] = useState(dead);
  const [decided, setDecided] = useState(0);
  const draft = `console letters replay ${of.cause} ${of.consumer ?? ""}`;
  const replay = useAction<string>({
    run: (reason) => replayCause(of, reason, setDecided),
    changes: [LETTERS],
    draft,
  });
  const name = words.causeOf(of.cause, of.consumer && consumerName(of.consumer));
  return (
    <LazyDialog open title={words.causeTitle(name)} onClose={onClose}>
      <div className={css.dialog}>
        {!replay.isIdle && <Progress decided={decided} of={total} />}
        {replay.isSuccess ? (
          <>
            <Notice kind="done" title={words.causeDone(decided)} />
            <div className={css.buttons}>
              <Button look="primary" onClick={onClose}>
                {words.close}
              </Button>
            </div>
          </>
        ) : (
          <>
            <p>
              {words.causeWhy(total)} {words.causeNext}
            </p>
            <ReasonForm
              label={words.replayReason}
              decide={words.replayCause(total)}
              draft={draft}
              busy={replay.isPending}
              error={replay.error}
              onLeave={onClose}
              onDecide={replay.mutate}
            />
          </>
        )}
      </div>
    </LazyDialog>
  );
}

function Progress({ decided, of }: { decided: number; of: number }) {
  return (
    <div className={css.progress}>
      <progress aria-label={words.progress} value={decided} max={Math.max(decided, of, 1)} />
      <p>{words.asked(decided, of)}</p>
    </div>
  );
}
