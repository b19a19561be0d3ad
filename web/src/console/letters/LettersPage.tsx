import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "../../parts/Button";
import { consumerName } from "../../strings/console/consumers";
import { letters as words } from "../../strings/console/letters";
import { ChoiceFilter } from "../parts/FilterFields";
import { FilterForm } from "../parts/FilterForm";
import { useFilters } from "../parts/filters";
import { ListPage } from "../parts/ListPage";
import { Tabs } from "../parts/Tabs";
import { CauseReplay } from "./CauseReplay";
import { LetterList } from "./LetterList";
import { LetterPane } from "./LetterPane";
import css from "./Letters.module.css";
import { type Cause, type Counts, choicesOf, deadOf, totalsOf } from "./letter";
import { lettersQuery } from "./queries";

/** What could not be handled, and what people decide about it: one by one, or all of a cause. */
export function LettersPage() {
  const [filters] = useFilters();
  const query = useInfiniteQuery(lettersQuery(filters));
  const [asked, setAsked] = useState<Cause>();
  const counts = query.data?.pages[0]?.counts ?? [];
  const id = filters.letter;
  return (
    <>
      <ListPage
        title={words.title}
        filters={
          <>
            <States counts={counts} />
            <LetterFilters counts={counts} />
            {filters.cause && <OfCause of={filters.cause} counts={counts} onReplay={setAsked} />}
          </>
        }
        list={<LetterList query={query} behind={totalsOf(counts).behind} />}
        pane={
          id
            ? {
                id,
                title: words.open,
                filter: "letter",
                content: <LetterPane id={id} counts={counts} onReplayCause={setAsked} />,
              }
            : undefined
        }
      />
      {asked && <CauseReplay of={asked} dead={deadOf(counts, asked)} onClose={() => setAsked(undefined)} />}
    </>
  );
}

function States({ counts }: { counts: Counts }) {
  const { waiting, dead } = totalsOf(counts);
  const others = { dead: words.dead(dead), waiting: words.waiting(waiting) };
  return <Tabs label={words.states} name="state" first={words.all(waiting + dead)} others={others} />;
}

function LetterFilters({ counts }: { counts: Counts }) {
  const [filters] = useFilters();
  const consumers = counts.map(({ consumer }) => consumer);
  const causes = counts.map(({ cause }) => cause);
  return (
    <FilterForm names={["kind", "consumer", "cause"]}>
      <ChoiceFilter label={words.kind} name="kind" choices={words.kinds} />
      <ChoiceFilter
        label={words.consumer}
        name="consumer"
        choices={choicesOf(consumers, filters.consumer, consumerName)}
      />
      <ChoiceFilter label={words.cause} name="cause" choices={choicesOf(causes, filters.cause)} />
    </FilterForm>
  );
}

type OfCauseProps = { of: string; counts: Counts; onReplay: (cause: Cause) => void };

/** What can be done about all dead letters of the cause that is filtered by. */
function OfCause({ of, counts, onReplay }: OfCauseProps) {
  const [{ consumer }] = useFilters();
  const cause = { cause: of, consumer };
  const dead = deadOf(counts, cause);
  if (dead === 0) return null;
  return (
    <div className={css.ofCause}>
      <p>{words.causeWhy(dead)}</p>
      <Button look="primary" onClick={() => onReplay(cause)}>
        {words.replayCause(dead)}…
      </Button>
    </div>
  );
}
