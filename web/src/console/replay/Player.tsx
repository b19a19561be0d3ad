import { useEffect } from "react";
import { saveFile } from "../../account/file";
import { Button } from "../../parts/Button";
import { Notice } from "../../parts/Notice";
import type { Column } from "../../parts/Table";
import { replay as words } from "../../strings/console/replay";
import { Moment } from "../events/Moment";
import { shortStream } from "../events/names";
import { ConsoleLink } from "../parts/ConsoleLink";
import { Empty } from "../parts/Empty";
import { useFilters } from "../parts/filters";
import { RowTable } from "../parts/RowTable";
import { type Replayed, type ReplayedEvent, summary } from "./lines";
import css from "./Replay.module.css";
import { LONGEST_PAUSE, usePlayer } from "./use-player";

const ROWS = 25;

/** Events one after the other, and what is done with them; without a speed all of them are there at once. */
export function Player({ replayed, speed }: { replayed: Replayed; speed: number }) {
  const { events, end, lines } = replayed;
  const [{ shown, isPlaying }, act] = usePlayer(events, speed);
  const isAtOnce = !Number.isFinite(speed);
  useEffect(() => {
    if (isAtOnce) act("all");
  }, [isAtOnce, act]);
  const isAtEnd = shown === events.length;
  return (
    <div className={css.player}>
      <p className={css.soft}>{words.why}</p>
      <div className={css.controls}>
        {isPlaying ? (
          <Button onClick={() => act("pause")}>{words.pause}</Button>
        ) : (
          <Button look="primary" onClick={() => act("play")} disabled={events.length < 2 || isAtOnce}>
            {isAtEnd ? words.again : words.play}
          </Button>
        )}
        <Button onClick={() => act("step")} disabled={isAtEnd}>
          {words.step}
        </Button>
        <Button onClick={() => act("all")} disabled={isAtEnd}>
          {words.all}
        </Button>
        <Button
          onClick={() => saveFile(new Blob([lines], { type: "application/x-ndjson" }), words.fileName)}
          disabled={events.length === 0}
        >
          {words.download}
        </Button>
      </div>
      <label className={css.progress}>
        {words.shown(shown, events.length)}
        <progress value={shown} max={Math.max(1, events.length)} />
      </label>
      {!isAtOnce && <p className={css.soft}>{words.pauses(LONGEST_PAUSE / 1_000)}</p>}
      {events.length === 0 ? <Empty>{words.nothing}</Empty> : <Shown events={events.slice(0, shown)} />}
      <Further end={end} />
    </div>
  );
}

function Shown({ events }: { events: readonly ReplayedEvent[] }) {
  const columns: Column<ReplayedEvent>[] = [
    {
      head: words.position,
      cell: ({ position }) => (
        <ConsoleLink to="/console/events" filters={{ event: String(position) }}>
          {position.toLocaleString("en")}
        </ConsoleLink>
      ),
    },
    { head: words.recorded, cell: ({ recordedAt, occurredAt }) => <Moment at={recordedAt ?? occurredAt} /> },
    { head: words.type, cell: ({ type }) => <code className={css.type}>{type}</code> },
    { head: words.stream, cell: ({ stream }) => <code title={stream}>{shortStream(stream)}</code> },
    { head: words.data, cell: (event) => <span className={css.data}>{summary(event, words.sealed)}</span> },
  ];
  const newest = events.slice(-ROWS).toReversed();
  return (
    <RowTable caption={words.caption} columns={columns} rows={newest} keyOf={({ position }) => String(position)} />
  );
}

/** How far the log was looked through, and the way on. */
function Further({ end }: Pick<Replayed, "end">) {
  const [, change] = useFilters();
  if (!end) {
    return (
      <Notice kind="failed" title={words.cutOff}>
        <p>{words.cutOffNext}</p>
      </Notice>
    );
  }
  return (
    <footer className={css.further}>
      <p>{words.reached(end.reached, end.head)}</p>
      {end.reached < end.head && <Button onClick={() => change({ after: String(end.reached) })}>{words.goOn}</Button>}
    </footer>
  );
}
