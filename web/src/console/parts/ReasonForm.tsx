import type { FormEvent } from "react";
import { PartError } from "../../app/errors";
import { Button } from "../../parts/Button";
import { TextField } from "../../parts/Field";
import { shell } from "../../strings/console/shell";
import { Part } from "./Part";
import css from "./ReasonForm.module.css";

type Props = {
  /** What is asked for. */
  label: string;
  /** What the button says that decides. */
  decide: string;
  look?: "primary" | "danger";
  /** As that of `Part.Form`. */
  draft?: string;
  busy: boolean;
  error: Error | null;
  onLeave: () => void;
  onDecide: (reason: string) => void;
};

/** Takes a decision with its reason, which is recorded. */
export function ReasonForm({ label, decide, look = "primary", draft, busy, error, onLeave, onDecide }: Props) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    onDecide(String(new FormData(event.currentTarget).get("reason") ?? ""));
  };
  return (
    <Part.Form {...(draft && { draft })} onSubmit={submit}>
      <TextField label={label} hint={shell.reasonHint} name="reason" maxLength={200} autoFocus />
      {error && <PartError error={error} />}
      <div className={css.buttons}>
        <Button onClick={onLeave}>{shell.leave}</Button>
        <Button type="submit" look={look} busy={busy}>
          {decide}
        </Button>
      </div>
    </Part.Form>
  );
}
