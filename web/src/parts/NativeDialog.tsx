import { type ComponentProps, useEffect, useId, useRef } from "react";
import { parts } from "../strings/parts";
import { classes } from "./classes";
import type { Dialog } from "./Dialog";
import css from "./Dialog.module.css";
import { Icon } from "./Icon";

/** A `Dialog` by the browser alone, for when the code of the other cannot be fetched. What it holds must open nothing over it. */
export function NativeDialog({
  open,
  onClose,
  title,
  children,
  shape = "dialog",
  footer,
}: ComponentProps<typeof Dialog>) {
  const heading = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open) dialog.current?.showModal();
  }, [open]);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={heading}
      className={classes(css.window, css[shape], css.native)}
      onClose={onClose}
    >
      <header className={css.head}>
        <h2 id={heading} className={css.title}>
          {title}
        </h2>
        <button type="button" className={css.close} aria-label={parts.close} onClick={() => dialog.current?.close()}>
          <Icon name="close" />
        </button>
      </header>
      <div className={css.body}>{children}</div>
      {footer && <footer className={css.foot}>{footer}</footer>}
    </dialog>
  );
}
