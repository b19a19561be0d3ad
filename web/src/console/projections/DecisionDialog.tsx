import { LazyDialog } from "../../parts/LazyDialog";
import { projections as words } from "../../strings/console/projections";
import { ReasonForm } from "../parts/ReasonForm";
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
  return (
    <LazyDialog open title={words[action]} onClose={onClose}>
      <div className={css.dialog}>
        <p>{words.why[action]}</p>
        <ReasonForm
          label={words.reason}
          decide={words[action]}
          look={action === "drop" ? "danger" : "primary"}
          busy={busy}
          error={error}
          onLeave={onClose}
          onDecide={onDecide}
        />
      </div>
    </LazyDialog>
  );
}
