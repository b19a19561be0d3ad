import type { ReactNode } from "react";
import { parts } from "../strings/parts";
import { classes } from "./classes";
import { Icon, type IconName } from "./Icon";
import css from "./Notice.module.css";

export type NoticeKind = "done" | "waiting" | "failed" | "info";

const ICONS: Readonly<Record<NoticeKind, IconName>> = {
  done: "check",
  waiting: "clock",
  failed: "warning",
  info: "info",
};

type Props = { kind: NoticeKind; title?: ReactNode; children?: ReactNode; action?: ReactNode };

/** Something to know, in the page: a sign, a word and a colour. What failed is read out at once. */
export function Notice({ kind, title, children, action }: Props) {
  return (
    <div className={classes(css.notice, css[kind])} role={kind === "failed" ? "alert" : "status"}>
      <span className={css.sign}>
        <Icon name={ICONS[kind]} />
        <span className={css.kind}>{parts.notices[kind]}</span>
      </span>
      <div className={css.words}>
        {title && <p className={css.title}>{title}</p>}
        {children}
      </div>
      {action && <div className={css.action}>{action}</div>}
    </div>
  );
}
