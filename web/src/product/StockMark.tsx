import { classes } from "../parts/classes";
import { Icon, type IconName } from "../parts/Icon";
import css from "./StockMark.module.css";
import type { StockWord } from "./stock";

const ICONS: Readonly<Record<StockWord["kind"], IconName>> = { done: "check", waiting: "clock", failed: "minus" };

/** How many there are: a sign, a word, a colour. */
export function StockMark({ stock: { text, kind } }: { stock: StockWord }) {
  return (
    <p className={classes(css.mark, css[kind])}>
      <Icon name={ICONS[kind]} size={18} />
      {text}
    </p>
  );
}
