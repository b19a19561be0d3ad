import { useMutation, useQuery } from "@tanstack/react-query";
import { saveFile } from "../../account/file";
import { PartError } from "../../app/errors";
import { Button } from "../../parts/Button";
import { Loading, Skeleton } from "../../parts/Skeleton";
import { type Column, Table } from "../../parts/Table";
import { fullWhen } from "../../parts/when";
import { audit as words } from "../../strings/console/audit";
import { Refused } from "../events/Refused";
import { CodeBlock } from "../parts/CodeBlock";
import { useFilters } from "../parts/filters";
import { Part } from "../parts/Part";
import css from "./Audit.module.css";
import { AuditTable, OutcomeWord } from "./AuditTable";
import { type AuditReport, exportReport, type ReportFile, reportQuery } from "./queries";

/** The report of a period: to read, to print, and to take along. */
export function Report() {
  const [filters] = useFilters();
  const query = useQuery(reportQuery(filters));
  if (query.isError) return <Refused error={query.error} onRetry={() => void query.refetch()} />;
  if (!query.data) {
    return (
      <Loading>
        <Skeleton shape="block" />
      </Loading>
    );
  }
  return <Shown report={query.data} />;
}

function Shown({ report }: { report: AuditReport }) {
  return (
    <div className={css.report}>
      <header>
        <h2>{words.reportOf(report.first, report.last)}</h2>
        <p>{words.counted(report.events, report.failures)}</p>
        <p className={css.soft}>{words.madeBy(report.madeBy, fullWhen(new Date(report.madeAt)))}</p>
        {report.head ? (
          <>
            <p>{words.signed(report.head.size)}</p>
            <CodeBlock label={words.proof}>{report.head.note}</CodeBlock>
          </>
        ) : (
          <p>{words.notSigned}</p>
        )}
      </header>
      <Takings report={report} />
      <Part title={words.types} level={2}>
        <Table caption={words.typesCaption} columns={TYPES} rows={report.types} keyOf={({ type }) => type} dense />
      </Part>
      <Part title={words.days} level={2}>
        <p>{words.daysWhy}</p>
        <Table
          caption={words.daysCaption}
          columns={DAYS}
          rows={report.days.filter(({ events }) => events > 0)}
          keyOf={({ day }) => day}
          dense
        />
      </Part>
      <Part title={words.notable} level={2}>
        <p>{words.notableWhy}</p>
        {report.leftOut && <p>{words.leftOut(report.notable.length)}</p>}
        {report.notable.length > 0 ? (
          <AuditTable rows={report.notable} open={undefined} />
        ) : (
          <p>{words.nothingNotable}</p>
        )}
      </Part>
    </div>
  );
}

/** The ways out of the page: on paper, and as files. */
function Takings({ report: { first, last } }: { report: AuditReport }) {
  const taking = useMutation({
    mutationFn: (format: ReportFile) => exportReport({ first, last }, format),
    onSuccess: (file, format) => saveFile(file, `audit-${first}-${last}.${format}`),
  });
  return (
    <div className={css.takings}>
      <Button onClick={() => print()}>{words.print}</Button>
      <Button busy={taking.isPending && taking.variables === "html"} onClick={() => taking.mutate("html")}>
        {words.html}
      </Button>
      <Button busy={taking.isPending && taking.variables === "csv"} onClick={() => taking.mutate("csv")}>
        {words.csv}
      </Button>
      <p className={css.soft}>{words.exported}</p>
      {taking.isError && <PartError error={taking.error} />}
    </div>
  );
}

const count = (value: number) => value.toLocaleString("en");

const TYPES: Column<AuditReport["types"][number]>[] = [
  { head: words.type, cell: ({ type }) => <code>{type}</code> },
  { head: words.outcome, cell: ({ outcome }) => <OutcomeWord of={outcome} /> },
  { head: words.events, cell: (each) => count(each.count), figures: true },
];

const DAYS: Column<AuditReport["days"][number]>[] = [
  { head: words.day, cell: ({ day }) => day },
  { head: words.events, cell: ({ events }) => count(events), figures: true },
  { head: words.failures, cell: ({ failures }) => count(failures), figures: true },
];
