import { useState } from "react";
import { api, read } from "../../api/client";
import { Button } from "../../parts/Button";
import { hasDraft } from "../../parts/draft";
import { LazyDialog } from "../../parts/LazyDialog";
import { letters as words } from "../../strings/console/letters";
import { Outcome, useAction } from "../parts/action";
import { Part } from "../parts/Part";
import { ReasonForm } from "../parts/ReasonForm";
import css from "./Letters.module.css";
import { type Cause, type Counts, deadOf, isUnroutable, type Shown } from "./letter";
import { LETTERS } from "./queries";

type Action = "replay" | "discard";
type Said = { action: Action; reason: string };

const ACTIONS: readonly Action[] = ["replay", "discard"];
const DONE: Readonly<Record<Action, string>> = { replay: words.replayed, discard: words.discarded };
const REASON: Readonly<Record<Action, string>> = { replay: words.replayReason, discard: words.discardReason };

type Props = { letter: Shown; counts: Counts; onReplayCause: (cause: Cause) => void };

/** What people can decide about one of them, and about all of its cause. */
export function LetterActions({ letter, counts, onReplayCause }: Props) {
  const { id, cause, consumer } = letter;
  const [open, setOpen] = useState(() => ACTIONS.find((action) => hasDraft(draftOf(id, action))));
  const act = useAction<Said>({
    run: (said) => send(id, said),
    changes: [LETTERS],
    ...(open && { draft: draftOf(id, open) }),
    onDone: () => setOpen(undefined),
  });
  const begin = (action: Action) => {
    act.reset();
    setOpen(action);
  };
  const dead = deadOf(counts, { cause, consumer });
  return (
    <Part title={words.todo}>
      {isUnroutable(letter) ? (
        <p>{words.unroutable}</p>
      ) : (
        <>
          <Button look="primary" onClick={() => begin("replay")}>
            {words.replay}…
          </Button>
          {dead > 1 && (
            <Button onClick={() => onReplayCause({ cause, consumer })}>{words.replayOfCause(dead, cause)}…</Button>
          )}
        </>
      )}
      <Button look="danger" onClick={() => begin("discard")}>
        {words.discard}…
      </Button>
      {act.isSuccess && <Outcome of={act} done={DONE[act.variables.action]} />}
      {open && (
        <DecisionDialog
          letter={letter}
          action={open}
          busy={act.isPending}
          error={act.error}
          onClose={() => setOpen(undefined)}
          onDecide={(reason) => act.mutate({ action: open, reason })}
        />
      )}
    </Part>
  );
}

type DialogProps = {
  letter: Shown;
  action: Action;
  busy: boolean;
  error: Error | null;
  onClose: () => void;
  onDecide: (reason: string) => void;
};

function DecisionDialog({ letter: { id, kind }, action, busy, error, onClose, onDecide }: DialogProps) {
  return (
    <LazyDialog open title={words[action]} onClose={onClose}>
      <div className={css.dialog}>
        <p>{action === "replay" ? words.replayWhy : words.discardWhy[kind]}</p>
        <ReasonForm
          label={REASON[action]}
          decide={words[action]}
          look={action === "discard" ? "danger" : "primary"}
          draft={draftOf(id, action)}
          busy={busy}
          error={error}
          onLeave={onClose}
          onDecide={onDecide}
        />
      </div>
    </LazyDialog>
  );
}

/** Under which name the reason of a decision is kept while it is written. */
function draftOf(id: string, action: Action): string {
  return `console letter ${action} ${id}`;
}

function send(id: string, { action, reason }: Said) {
  const body = { ids: [id], reason };
  return action === "replay"
    ? read(api.POST("/bff/admin/dead-letters/replay", { body }))
    : read(api.POST("/bff/admin/dead-letters/discard", { body }));
}
