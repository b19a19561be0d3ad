import type { FormEvent } from "react";
import { PartError } from "../../app/errors";
import { Button } from "../../parts/Button";
import { TextField } from "../../parts/Field";
import { LazyDialog } from "../../parts/LazyDialog";
import { projections as words } from "../../strings/console/projections";
import { Part } from "../parts/Part";
import css from "./Projections.module.css";
import type { Action } from "./queries";

type Props = {
  action: Action;
  busy: boolean;
  error: Error | null;
  onClose: () => void;
  onDecide: (reason: string) => void;
};

/** Says what a decision does before it is taken, and asks why. */
export function DecisionDialog({ action, busy, error, onClose, onDecide }: Props) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    onDecide(String(new FormData(event.currentTarget).get("reason") ?? ""));
  };
  return (
    <LazyDialog open title={words[action]} onClose={onClose}>
      <div className={css.dialog}>
        <p>{words.why[action]}</p>
        <Part.Form onSubmit={submit}>
          <TextField label={words.reason} hint={words.reasonHint} name="reason" maxLength={200} autoFocus />
          {error && <PartError error={error} />}
          <div className={css.buttons}>
            <Button onClick={onClose}>{words.leave}</Button>
            <Button type="submit" look={action === "drop" ? "danger" : "primary"} busy={busy}>
              {words[action]}
            </Button>
          </div>
        </Part.Form>
      </div>
    </LazyDialog>
  );
}
