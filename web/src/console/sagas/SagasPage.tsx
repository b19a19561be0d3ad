import { useQuery } from "@tanstack/react-query";
import type { Column } from "../../parts/Table";
import { sagas as words } from "../../strings/console/sagas";
import { shell } from "../../strings/console/shell";
import { Clock } from "../parts/Clock";
import { FilterLink } from "../parts/FilterLink";
import { useFilters } from "../parts/filters";
import { IncompleteMark } from "../parts/Incomplete";
import { ListPage } from "../parts/ListPage";
import { Paged } from "../parts/Paged";
import { RowTable } from "../parts/RowTable";
import { Status } from "../parts/Status";
import { Tabs } from "../parts/Tabs";
import { sagaQuery, sagasQuery } from "./queries";
import { SagaFilters } from "./SagaFilters";
import { SagaPane } from "./SagaPane";
import css from "./Sagas.module.css";
import { countLive, isEnded, movesAt, type Saga, STATES, toneOf, whyItWaits } from "./saga";

/** Where every order's fulfilment stands, since when, and what it waits for. */
export function SagasPage() {
  const [filters] = useFilters();
  const query = useQuery(sagasQuery(filters));
  const id = filters.saga;
  const number = useQuery({ ...sagaQuery(id ?? ""), enabled: id !== undefined }).data?.orderNumber;
  const isNarrowed = filters.state || filters.step || filters.staleFor;
  return (
    <ListPage
      title={words.title}
      filters={
        <>
          <States counts={query.data?.byState ?? {}} />
          <SagaFilters />
        </>
      }
      list={
        <Paged query={query} empty={isNarrowed ? undefined : <NothingUnderWay />}>
          {(rows) => <Sagas rows={rows} open={id} />}
        </Paged>
      }
      pane={
        id
          ? { id, title: number ? words.pane(number) : words.open, filter: "saga", content: <SagaPane id={id} /> }
          : undefined
      }
    />
  );
}

function States({ counts }: { counts: Readonly<Record<string, number>> }) {
  const named = STATES.filter((state) => state !== "NEW").map((state) => [
    state,
    words.counted(words.stateNames[state], counts[state] ?? 0),
  ]);
  return (
    <Tabs
      label={words.states}
      name="state"
      first={words.counted(words.live, countLive(counts))}
      others={Object.fromEntries(named)}
    />
  );
}

function Sagas({ rows, open }: { rows: Saga[]; open: string | undefined }) {
  const columns: Column<Saga>[] = [
    {
      head: words.order,
      cell: ({ orderId, orderNumber }) => (
        <FilterLink changes={{ saga: orderId }} aria-current={orderId === open || undefined}>
          <code>{orderNumber ?? orderId}</code>
        </FilterLink>
      ),
    },
    {
      head: words.state,
      cell: (saga) => (
        <>
          <Status tone={toneOf(saga.state)}>{words.stateNames[saga.state]}</Status> <IncompleteMark of={saga} />
        </>
      ),
    },
    { head: words.why, cell: (saga) => <span className={css.why}>{whyItWaits(saga)}</span> },
    { head: words.until, figures: true, cell: (saga) => <Until saga={saga} /> },
    {
      head: words.idle,
      figures: true,
      cell: ({ movedAt, state }) => !isEnded(state) && <Clock at={movedAt} say={(time) => time} />,
    },
  ];
  return <RowTable caption={words.caption} columns={columns} rows={rows} keyOf={({ orderId }) => orderId} />;
}

function Until({ saga }: { saga: Saga }) {
  const at = movesAt(saga);
  return at ? <Clock at={at} say={words.in} past={words.due} /> : shell.unknown;
}

function NothingUnderWay() {
  return (
    <>
      <p>{words.noneLive}</p>
      <p>{words.noneLiveNext}</p>
    </>
  );
}
