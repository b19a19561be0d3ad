import { Dialog as Base } from "@base-ui/react/dialog";
import type { ReactNode } from "react";
import { parts } from "../strings/parts";
import { classes } from "./classes";
import css from "./Dialog.module.css";
import { Icon } from "./Icon";

type Props = {
  open: boolean;
  onClose: () => void;
  title: string;
  children: ReactNode;
  /** "sheet" comes from the edge of the screen, "dialog" stands in the middle. */
  shape?: "dialog" | "sheet";
  footer?: ReactNode;
};

/**
 * A window over the page: it holds the focus, closes with Escape, and gives the focus back. It brings its library
 * along: import it by `lazy`, as `parts/LazyDialog` does.
 */
export function Dialog({ open, onClose, title, children, shape = "dialog", footer }: Props) {
  return (
    <Base.Root open={open} onOpenChange={(next) => next || onClose()}>
      <Base.Portal>
        <Base.Backdrop className={css.veil} />
        <Base.Popup className={classes(css.window, css[shape])}>
          <header className={css.head}>
            <Base.Title className={css.title}>{title}</Base.Title>
            <Base.Close className={css.close} aria-label={parts.close}>
              <Icon name="close" />
            </Base.Close>
          </header>
          <div className={css.body}>{children}</div>
          {footer && <footer className={css.foot}>{footer}</footer>}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
