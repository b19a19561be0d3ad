import type { ButtonHTMLAttributes, ReactNode } from "react";
import css from "./Button.module.css";
import { classes } from "./classes";

type Look = "primary" | "secondary" | "plain" | "danger";

type Props = ButtonHTMLAttributes<HTMLButtonElement> & {
  look?: Look;
  /** What it does is under way: it says so, keeps its width, and is not pressed twice. */
  busy?: boolean;
  children: ReactNode;
};

/** A button; what only leads somewhere is a link, with `buttonClass` if it is to look like one. */
export function Button({ look = "secondary", busy = false, className, children, onClick, ...rest }: Props) {
  return (
    <button
      type="button"
      {...rest}
      className={classes(buttonClass(look), className)}
      aria-busy={busy || undefined}
      aria-disabled={busy || rest["aria-disabled"]}
      onClick={busy ? (event) => event.preventDefault() : onClick}
    >
      <span className={css.words}>{children}</span>
    </button>
  );
}

/** The class with which a link looks like a button. */
export function buttonClass(look: Look = "secondary"): string {
  return classes(css.button, css[look]);
}
