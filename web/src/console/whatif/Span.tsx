import type { Schema } from "../../api/client";
import { whatif as words } from "../../strings/console/whatif";
import css from "./WhatIf.module.css";

/** Which part of the log was looked at. */
export function Span({ of: { first, last, leftOut } }: { of: Schema["Span"] }) {
  return (
    <p className={css.soft}>
      {words.span(first, last)} {leftOut && words.leftOut}
    </p>
  );
}
