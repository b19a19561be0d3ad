import { overview as words } from "../../strings/console/overview";
import { sagas } from "../../strings/console/sagas";
import { ConsoleLink } from "../parts/ConsoleLink";
import { Status } from "../parts/Status";
import { isEnded, STATES, toneOf } from "../sagas/saga";
import type { Board } from "./board";
import { Card } from "./Card";
import css from "./Overview.module.css";

/** How many sagas are in each state that is none of their ends. */
export function Sagas({ of }: { of: Board["sagas"] }) {
  const live = STATES.filter((state) => !isEnded(state) && of[state]);
  return (
    <Card title={words.sagas} {...(of.STUCK && { why: words.stuckSagas(of.STUCK) })}>
      {live.length === 0 && <p>{words.noSagas}</p>}
      <ul className={css.rows}>
        {live.map((state) => (
          <li key={state}>
            <Status tone={toneOf(state)}>{sagas.stateNames[state]}</Status>
            <ConsoleLink to="/console/sagas" filters={{ state }}>
              {of[state]?.toLocaleString("en")}
            </ConsoleLink>
          </li>
        ))}
      </ul>
    </Card>
  );
}
