import type { Schema } from "../api/client";
import css from "./Money.module.css";
import { moneyText } from "./money";

/** A price or sum, with tabular figures. */
export function Money({ of, strong = false }: { of: Schema["Money"]; strong?: boolean }) {
  return <span className={strong ? css.strong : css.money}>{moneyText(of)}</span>;
}
