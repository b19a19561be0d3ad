import type { Schema } from "../../api/client";
import { order as words } from "../../strings/console/order";
import { IncompleteNotice } from "../parts/Incomplete";
import { Part } from "../parts/Part";
import css from "./Order.module.css";

/** The documents of an order as they are kept, with the position up to which each was folded. */
export function Documents({ rows }: { rows: Schema["KeptDocument"][] }) {
  return (
    <Part title={words.documents} level={2}>
      {rows.map(({ view, position, version, content, incompleteFrom }) => (
        <section key={view} aria-label={words.documentOf(view)} className={css.document}>
          <IncompleteNotice of={{ incompleteFrom }} />
          <p>
            <code>{view}</code> <span>{words.foldedTo(position, version)}</span>
          </p>
          <details>
            <summary>{words.content}</summary>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard */}
            <pre className={css.content} tabIndex={0}>
              {JSON.stringify(content, null, 2)}
            </pre>
          </details>
        </section>
      ))}
    </Part>
  );
}
