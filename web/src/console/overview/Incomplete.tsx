import { useInfiniteQuery } from "@tanstack/react-query";
import { QueryState } from "../../app/QueryState";
import { Skeleton } from "../../parts/Skeleton";
import { overview as words } from "../../strings/console/overview";
import { LetterTable, toLetter } from "../letters/LetterTable";
import { type Counts, totalsOf } from "../letters/letter";
import { lettersQuery } from "../letters/queries";
import { ConsoleLink } from "../parts/ConsoleLink";
import { Card } from "./Card";

const MOST = 5;

/** The documents that lack events, where there are any: the first of them, and the way to all. */
export function Incomplete({ of }: { of: Counts }) {
  const { waiting, dead } = totalsOf(of.filter(({ kind }) => kind === "document"));
  return waiting + dead > 0 && <Documents number={waiting + dead} />;
}

function Documents({ number }: { number: number }) {
  return (
    <Card title={words.incomplete} why={words.incompleteWhy}>
      <QueryState query={useInfiniteQuery(lettersQuery({ kind: "document" }, MOST))} loading={<Skeleton />}>
        {({ pages }) => (
          <LetterTable
            caption={words.incompleteCaption}
            rows={pages.flatMap(({ items }) => items).slice(0, MOST)}
            link={toLetter}
          />
        )}
      </QueryState>
      <p>
        <ConsoleLink to="/console/dead-letters" filters={{ kind: "document" }}>
          {words.incompleteAll(number)}
        </ConsoleLink>
      </p>
    </Card>
  );
}
