import { Hidden } from "../parts/Hidden";
import { Icon, type IconName } from "../parts/Icon";
import { order as words } from "../strings/order";
import type { Order } from "./queries";
import css from "./Stages.module.css";
import { type StageState, stagesOf } from "./stages";

const ICONS: Readonly<Partial<Record<StageState, IconName>>> = { done: "check", waiting: "clock", failed: "warning" };

/** The way of an order from its receipt to the delivery, and how far it is. */
export function Stages({ order }: { order: Order }) {
  return (
    <ol className={css.stages} aria-label={words.stepsLabel}>
      {stagesOf(order).map(([stage, state]) => (
        <li key={stage} className={css[state]} aria-current={state === "waiting" ? "step" : undefined}>
          <span className={css.dot}>{ICONS[state] && <Icon name={ICONS[state]} size={16} />}</span>
          <span className={css.word}>
            {words.steps[stage]}
            <Hidden>, {words.states[state]}</Hidden>
          </span>
        </li>
      ))}
    </ol>
  );
}
