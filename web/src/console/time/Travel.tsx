import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { QueryState } from "../../app/QueryState";
import { Button } from "../../parts/Button";
import { Field } from "../../parts/Field";
import field from "../../parts/Field.module.css";
import { Skeleton } from "../../parts/Skeleton";
import { type Column, Table } from "../../parts/Table";
import { time as words } from "../../strings/console/time";
import { said } from "../../strings/events";
import { Moment } from "../events/Moment";
import { CodeBlock } from "../parts/CodeBlock";
import { ConsoleLink } from "../parts/ConsoleLink";
import { useFilters } from "../parts/filters";
import { Part } from "../parts/Part";
import { type PastState, pastQuery } from "./queries";
import { type Subject, valueText } from "./subject";
import css from "./Time.module.css";

type Since = "step" | "start";
type Change = PastState["changes"][number];

/** A slider through the events of one thing, what changed at the one it stands at, and the state after it. */
export function Travel({ subject, now }: { subject: Subject; now: PastState }) {
  const [filters] = useFilters();
  const [version, setVersion] = useState(() => versionOf(filters.version, now.versions));
  const [since, setSince] = useState<Since>("step");
  const sinceVersion = since === "step" ? Math.max(0, version - 1) : 0;
  const go = (to: number) => setVersion(Math.min(Math.max(to, 0), now.versions));
  return (
    <>
      <section className={css.controls} aria-label={words.slider}>
        <Field label={`${words.slider} ${words.at(version, now.versions)}`}>
          {(wiring) => (
            <input
              {...wiring}
              type="range"
              className={css.slider}
              min={0}
              max={now.versions}
              value={version}
              aria-valuetext={stepText(now, version)}
              onChange={(event) => go(event.target.valueAsNumber)}
            />
          )}
        </Field>
        <Step of={now} version={version} />
        <div className={css.buttons}>
          <Button onClick={() => go(version - 1)} aria-disabled={version === 0}>
            {words.earlier}
          </Button>
          <Button onClick={() => go(version + 1)} aria-disabled={version === now.versions}>
            {words.later}
          </Button>
          <Field label={words.since}>
            {(wiring) => (
              <select
                {...wiring}
                className={field.control}
                value={since}
                onChange={(event) => setSince(event.target.value as Since)}
              >
                <option value="step">{words.sinceStep}</option>
                <option value="start">{words.sinceStart}</option>
              </select>
            )}
          </Field>
        </div>
        {now.stepsLeftOut && <p className={css.soft}>{words.stepsLeftOut}</p>}
      </section>
      <QueryState query={useQuery(pastQuery(subject, version, sinceVersion))} loading={<Skeleton shape="block" />}>
        {(past) => (
          <div className={css.columns}>
            <Changes past={past} />
            <State past={past} />
          </div>
        )}
      </QueryState>
    </>
  );
}

function Step({ of: now, version }: { of: PastState; version: number }) {
  const step = stepAt(now, version);
  if (!step) return <p className={css.step}>{version === 0 && words.before}</p>;
  return (
    <p className={css.step}>
      <ConsoleLink to="/console/events" filters={{ event: String(step.position) }}>
        {step.type}
      </ConsoleLink>
      <span>{said[step.type]}</span>
      <Moment at={step.recordedAt} />
    </p>
  );
}

function Changes({ past }: { past: PastState }) {
  const columns: Column<Change>[] = [
    { head: words.field, cell: ({ path }) => <code>{path.slice(1)}</code> },
    { head: words.was, cell: ({ kind, before }) => <Value is={before} isThere={kind !== "added"} /> },
    { head: words.is, cell: ({ kind, after }) => <Value is={after} isThere={kind !== "removed"} /> },
  ];
  return (
    <Part title={words.changes} level={2}>
      {past.changes.length > 0 ? (
        <Table
          caption={words.changesCaption(past.since ?? 0, past.version)}
          columns={columns}
          rows={past.changes}
          keyOf={({ path }) => path}
          dense
        />
      ) : (
        <p>{past.version === 0 ? words.noState : words.noChanges}</p>
      )}
    </Part>
  );
}

function Value({ is, isThere }: { is: unknown; isThere: boolean }) {
  return isThere ? (
    <code className={css.value}>{valueText(is, words.sealed)}</code>
  ) : (
    <span className={css.soft}>{words.absent}</span>
  );
}

function State({ past }: { past: PastState }) {
  return (
    <Part title={words.state} level={2}>
      {past.version === 0 ? (
        <p>{words.noState}</p>
      ) : (
        <CodeBlock label={words.stateOf}>{JSON.stringify(past.state, null, 2)}</CodeBlock>
      )}
    </Part>
  );
}

function stepAt(now: PastState, version: number) {
  return now.steps.find((step) => step.version === version);
}

function stepText(now: PastState, version: number): string {
  return stepAt(now, version)?.type ?? words.at(version, now.versions);
}

function versionOf(text: string | undefined, versions: number): number {
  const version = Number(text ?? versions);
  return Number.isSafeInteger(version) && version >= 0 ? Math.min(version, versions) : versions;
}
