import { useQuery } from "@tanstack/react-query";
import { QueryState } from "../../app/QueryState";
import { Notice } from "../../parts/Notice";
import { Skeleton } from "../../parts/Skeleton";
import { When } from "../../parts/When";
import { consumerName } from "../../strings/console/consumers";
import { letters as words } from "../../strings/console/letters";
import { CodeBlock } from "../parts/CodeBlock";
import { ConsoleLink } from "../parts/ConsoleLink";
import { Facts } from "../parts/Facts";
import { Part } from "../parts/Part";
import { LetterActions } from "./LetterActions";
import css from "./Letters.module.css";
import { About, NextTry, State } from "./LetterTable";
import { type Cause, type Counts, type Shown, whatItIs } from "./letter";
import { isGone, letterQuery } from "./queries";

type Props = { id: string; counts: Counts; onReplayCause: (cause: Cause) => void };

/** One of them: what it is about, what can be done, and where its error was raised. */
export function LetterPane({ id, counts, onReplayCause }: Props) {
  const query = useQuery(letterQuery(id));
  if (isGone(query.error)) {
    return (
      <Notice kind="done" title={words.gone}>
        <p>{words.goneNext}</p>
      </Notice>
    );
  }
  return (
    <QueryState query={query} loading={<Skeleton shape="block" />}>
      {(letter) => (
        <>
          <Standing letter={letter} />
          <LetterActions letter={letter} counts={counts} onReplayCause={onReplayCause} />
          <Trace of={letter.trace} />
          <Source letter={letter} />
        </>
      )}
    </QueryState>
  );
}

function Standing({ letter }: { letter: Shown }) {
  return (
    <Facts
      of={{
        [words.state]: <State letter={letter} />,
        [words.what]: whatItIs(letter),
        [letter.orderId ? words.order : words.subject]: <About letter={letter} />,
        [words.consumer]: consumerName(letter.consumer),
        [words.cause]: <code>{letter.cause}</code>,
        [words.tries]: letter.attempts.toLocaleString("en"),
        [words.since]: <When at={letter.since} />,
        [words.deadAt]: letter.deadAt && <When at={letter.deadAt} />,
        [words.nextTry]: <NextTry letter={letter} />,
      }}
    />
  );
}

function Trace({ of }: { of: string }) {
  return (
    <Part title={words.trace}>
      <p className={css.soft}>{of ? words.traceWhy : words.noTrace}</p>
      {of && <CodeBlock label={words.traceback}>{of}</CodeBlock>}
    </Part>
  );
}

/** Where it comes from, and whether its bytes are kept elsewhere too. */
function Source({ letter: { position, topic, partition, stream, kind, name, isCopied } }: { letter: Shown }) {
  return (
    <Facts
      of={{
        [words.event]: position !== null && (
          <ConsoleLink to="/console/events" filters={{ event: String(position) }}>
            {words.eventAt(position)}
          </ConsoleLink>
        ),
        [words.stream]: stream && <code>{stream}</code>,
        [words.partition]: topic && <code>{`${topic} ${partition ?? ""}`}</code>,
        [words.name]: kind === "timer" && <code>{name}</code>,
        [words.copied]: isCopied && words.copiedTo,
      }}
    />
  );
}
