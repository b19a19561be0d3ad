import { useQuery } from "@tanstack/react-query";
import { QueryState } from "../../app/QueryState";
import { Skeleton } from "../../parts/Skeleton";
import { shell } from "../../strings/console/shell";
import { time as words } from "../../strings/console/time";
import { ConsoleLink } from "../parts/ConsoleLink";
import { TextFilter } from "../parts/FilterFields";
import { FilterForm } from "../parts/FilterForm";
import { useFilters } from "../parts/filters";
import { Causes } from "./Causes";
import { nowQuery } from "./queries";
import { orderOf, type Subject, subjectOf } from "./subject";
import css from "./Time.module.css";
import { Travel } from "./Travel";

/** An aggregate or a document after each of its events, what each changed, and what caused them. */
export function TimePage() {
  const [{ of }] = useFilters();
  const subject = subjectOf(of);
  const order = orderOf(of);
  return (
    <div className={css.page}>
      <title>{shell.title(words.title)}</title>
      <h1>{words.title}</h1>
      <FilterForm names={["of"]}>
        <TextFilter label={words.what} name="of" placeholder={words.whatHint} autoComplete="off" />
      </FilterForm>
      {subject ? <Found key={of} subject={subject} /> : <Begin />}
      {order && <Causes order={order} />}
    </div>
  );
}

function Found({ subject }: { subject: Subject }) {
  return (
    <QueryState query={useQuery(nowQuery(subject))} loading={<Skeleton shape="block" />}>
      {(now) => <Travel subject={subject} now={now} />}
    </QueryState>
  );
}

function Begin() {
  return (
    <div className={css.begin}>
      <h2>{words.begin}</h2>
      <p>{words.beginNext}</p>
      <p>{words.whatWhy}</p>
      <ConsoleLink to="/console/events" filters={{}}>
        {words.toEvents}
      </ConsoleLink>
    </div>
  );
}
