import { Notice } from "../../parts/Notice";
import { Table } from "../../parts/Table";
import { products as words } from "../../strings/console/products";
import { Facts } from "../parts/Facts";
import css from "./ImportReport.module.css";
import { COUNTS, type Report } from "./importing";

type Props = { report: Report; isDryRun: boolean; isDone: boolean };

/** How far an import is, and what became of its rows. */
export function ImportReport({ report, isDryRun, isDone }: Props) {
  const title = isDryRun ? words.checking : words.working;
  const done = isDryRun ? words.checked(report.rows) : words.imported(report.rows);
  const perSecond = report.took > 0 ? Math.round((report.rows / report.took) * 1_000) : 0;
  return (
    <div className={css.report}>
      {isDone ? (
        <Notice kind="done" title={done} />
      ) : (
        <label className={css.progress}>
          {title}
          <progress value={report.share} max={1} />
        </label>
      )}
      <p className={css.rate}>{words.rate(report.rows, perSecond)}</p>
      <Facts
        of={Object.fromEntries(
          COUNTS.filter((name) => report.counts[name] > 0).map((name) => [
            words.counts[name],
            report.counts[name].toLocaleString("en"),
          ]),
        )}
      />
      {report.errors.length > 0 && <Errors report={report} />}
    </div>
  );
}

function Errors({ report: { errors, counts } }: { report: Report }) {
  return (
    <>
      <Table
        caption={words.errorsCaption}
        dense
        columns={[
          { head: words.line, figures: true, cell: ({ line }) => line },
          { head: words.field, cell: ({ field, productId }) => [productId, field].filter(Boolean).join(", ") },
          { head: words.what, cell: ({ detail }) => detail },
        ]}
        rows={errors}
        keyOf={({ line, field, code }) => `${line} ${field} ${code}`}
      />
      {counts.failed > errors.length && <p>{words.errorsLeftOut(counts.failed - errors.length)}</p>}
    </>
  );
}
