import type { FormEvent } from "react";
import { PartError } from "../../app/errors";
import { Button } from "../../parts/Button";
import { TextArea } from "../../parts/Field";
import { LazyDialog } from "../../parts/LazyDialog";
import { Money } from "../../parts/Money";
import { Notice } from "../../parts/Notice";
import { When } from "../../parts/When";
import { sagas as words } from "../../strings/console/sagas";
import { shell } from "../../strings/console/shell";
import { Facts } from "../parts/Facts";
import { Part } from "../parts/Part";
import { Status } from "../parts/Status";
import css from "./Sagas.module.css";
import { draftOf, type Preview, type Saga, toneOf } from "./saga";

type Props = {
  saga: Saga;
  preview: Preview;
  busy: boolean;
  error: Error | null;
  onClose: () => void;
  onAct: (evidence: string) => void;
};

/** What an action would lead to, as the server has computed it, and the evidence it is done with. */
export function ActionDialog({ saga, preview, busy, error, onClose, onAct }: Props) {
  const { action } = preview;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    onAct(String(new FormData(event.currentTarget).get("evidence") ?? ""));
  };
  return (
    <LazyDialog open title={words.actions[action]} onClose={onClose}>
      <div className={css.dialog}>
        <Consequences of={preview} />
        <Part.Form draft={draftOf(saga, action)} onSubmit={submit}>
          {action !== "confirm" && (
            <TextArea
              label={words.evidence[action]}
              hint={words.evidenceHint[action]}
              name="evidence"
              rows={3}
              maxLength={200}
              autoFocus
            />
          )}
          {error && <PartError error={error} />}
          <div className={css.buttons}>
            <Button onClick={onClose}>{shell.leave}</Button>
            <Button type="submit" look={words.looks[action]} busy={busy}>
              {preview.needsSecondPerson ? words.propose : words.actions[action]}
            </Button>
          </div>
        </Part.Form>
      </div>
    </LazyDialog>
  );
}

function Consequences({ of }: { of: Preview }) {
  const { state, orderStatus, requests, deadline, toUndo, takenAsDone, left, needsSecondPerson, records } = of;
  const would = words.would;
  return (
    <section className={css.consequences} aria-label={would.title}>
      {needsSecondPerson && <Notice kind="info" title={would.second} />}
      <Facts
        of={{
          [would.saga]: <Status tone={toneOf(state)}>{words.stateNames[state]}</Status>,
          [would.order]: orderStatus,
          [would.taken]: takenAsDone.length > 0 && words.undone(takenAsDone),
          [would.asks]: requests.length > 0 && requests.map((each) => <Asked key={each.step} of={each} />),
          [would.until]: deadline && <When at={deadline} />,
          [would.next]: toUndo.length > 0 && words.undone(toUndo),
          [would.records]: (
            <ul className={css.records}>
              {[...new Set(records)].map((each) => (
                <li key={each}>
                  <code>{each}</code>
                </li>
              ))}
            </ul>
          ),
        }}
      />
      {left.length > 0 && (
        <Notice kind="failed" title={would.left(left)}>
          <p>{would.leftNext}</p>
        </Notice>
      )}
    </section>
  );
}

function Asked({ of: { step, direction, attempt, amount, currency } }: { of: Preview["requests"][number] }) {
  return (
    <p>
      {words.askedFor(step, direction, attempt)}{" "}
      {typeof amount === "number" && currency && <Money of={{ amount, currency }} />}
    </p>
  );
}
