import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { PartError } from "../../app/errors";
import { Button } from "../../parts/Button";
import { TextField, Tick } from "../../parts/Field";
import { Notice } from "../../parts/Notice";
import { products as words } from "../../strings/console/products";
import { Part } from "../parts/Part";
import { ImportReport } from "./ImportReport";
import { importFile, NOTHING, type Report } from "./importing";
import { formOf } from "./pieces";
import { PRODUCTS } from "./queries";

type Wanted = { file: File; dryRun: boolean };

/** Imports a file from the browser: how far it is, and what became of its rows. */
export function ImportFile() {
  const [report, setReport] = useState<Report>(NOTHING);
  const client = useQueryClient();
  const stopping = useRef<AbortController>(null);
  useEffect(() => () => stopping.current?.abort(), []);
  const action = useMutation<void, Error, Wanted>({
    mutationFn: ({ file, dryRun }) => {
      const form = formOf(file.name);
      if (!form) throw new NoFile();
      stopping.current = new AbortController();
      setReport(NOTHING);
      return importFile({ file, form, dryRun, signal: stopping.current.signal, onReport: setReport });
    },
    onSettled: () => client.invalidateQueries({ queryKey: PRODUCTS }),
  });
  const isDryRun = action.variables?.dryRun ?? false;
  return (
    <>
      <ImportForm busy={action.isPending} error={action.error instanceof NoFile} onStart={action.mutate} />
      {action.isPending && <Button onClick={() => stopping.current?.abort()}>{words.stop}</Button>}
      {action.isError && <Broken error={action.error} />}
      {!action.isIdle && <ImportReport report={report} isDryRun={isDryRun} isDone={action.isSuccess} />}
    </>
  );
}

class NoFile extends Error {}

function ImportForm(props: { busy: boolean; error: boolean; onStart: (wanted: Wanted) => void }) {
  const [dryRun, setDryRun] = useState(false);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const file = new FormData(event.currentTarget).get("file");
    if (file instanceof File) props.onStart({ file, dryRun });
  };
  return (
    <Part.Form onSubmit={submit}>
      <p>{words.importText}</p>
      <TextField
        label={words.file}
        name="file"
        type="file"
        accept=".csv,.jsonl,.ndjson"
        error={props.error ? words.notAFile : undefined}
      />
      <Tick label={words.dryRun} checked={dryRun} onChange={(event) => setDryRun(event.target.checked)} />
      <Button type="submit" look="primary" busy={props.busy}>
        {dryRun ? words.check : words.start}
      </Button>
    </Part.Form>
  );
}

function Broken({ error }: { error: Error }) {
  if (error instanceof NoFile) return null;
  if (error.name === "AbortError") return <Notice kind="waiting" title={words.stopped} />;
  return (
    <>
      <PartError error={error} />
      <p>{words.failedMidway}</p>
    </>
  );
}
