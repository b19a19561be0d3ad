import { classes } from "../../parts/classes";
import { sagas as words } from "../../strings/console/sagas";
import { Part } from "../parts/Part";
import css from "./Sagas.module.css";
import { isEnded, marksOf, type Saga } from "./saga";

/** The steps of a saga on a line: what is done, what runs, and what is undone. */
export function SagaSteps({ saga }: { saga: Saga }) {
  const isForward = !isEnded(saga.state) && saga.ending === null;
  return (
    <Part title={words.stepsTitle}>
      <ol className={css.steps}>
        {marksOf(saga).map(([step, mark]) => (
          <li key={step} className={classes(css.step, css[mark])}>
            <strong>{words.steps[step]}</strong>
            <span>{words.marks[mark]}</span>
          </li>
        ))}
      </ol>
      {isForward && saga.undo.length > 0 && <p className={css.note}>{words.ifGivenUp(saga.undo)}</p>}
    </Part>
  );
}
