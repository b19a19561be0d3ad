import { type FormEvent, useState } from "react";
import { PartError } from "../../app/errors";
import { Button } from "../../parts/Button";
import { TextField } from "../../parts/Field";
import { LazyDialog } from "../../parts/LazyDialog";
import { Notice } from "../../parts/Notice";
import { consumerName } from "../../strings/console/consumers";
import { letters as words } from "../../strings/console/letters";
import { useAction } from "../parts/action";
import { Part } from "../parts/Part";
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
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    replay.mutate(String(new FormData(event.currentTarget).get("reason") ?? ""));
  };
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
            <Part.Form draft={draft} onSubmit={submit}>
              <TextField label={words.replayReason} hint={words.reasonHint} name="reason" maxLength={200} autoFocus />
              {replay.error && <PartError error={replay.error} />}
              <div className={css.buttons}>
                <Button onClick={onClose}>{words.leave}</Button>
                <Button type="submit" look="primary" busy={replay.isPending}>
                  {words.replayCause(total)}
                </Button>
              </div>
            </Part.Form>
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
