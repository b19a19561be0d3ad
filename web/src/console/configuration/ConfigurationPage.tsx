import { useQuery } from "@tanstack/react-query";
import type { Schema } from "../../api/client";
import { QueryState } from "../../app/QueryState";
import { Skeleton } from "../../parts/Skeleton";
import { configuration as words } from "../../strings/console/configuration";
import { Facts } from "../parts/Facts";
import { useFilters } from "../parts/filters";
import { ListPage } from "../parts/ListPage";
import { Tabs } from "../parts/Tabs";
import { ConfigForm } from "./ConfigForm";
import { ConfigHistory } from "./ConfigHistory";
import css from "./Configuration.module.css";
import { configQuery, KEYS, versionQuery } from "./queries";

type Key = Schema["ConfigKey"];

export function ConfigurationPage() {
  const [{ key: said, version }] = useFilters();
  const key = KEYS.find((each) => each === said) ?? "pricing";
  const { pricing, ...others } = words.keyNames;
  const number = Number(version);
  const pane = version && Number.isSafeInteger(number) && number >= 0;
  return (
    <ListPage
      title={words.title}
      filters={<Tabs label={words.keys} name="key" first={pricing} others={others} />}
      list={<Configured key={key} of={key} />}
      pane={
        pane
          ? {
              id: `${key} ${version}`,
              title: words.version(number),
              filter: "version",
              content: <Version of={key} version={number} />,
            }
          : undefined
      }
    />
  );
}

function Configured({ of }: { of: Key }) {
  return (
    <QueryState query={useQuery(configQuery(of))} loading={<Skeleton shape="block" />}>
      {(config) => (
        <div className={css.configured}>
          <p>{words.intro}</p>
          <ConfigForm config={config} />
          <ConfigHistory config={config} />
        </div>
      )}
    </QueryState>
  );
}

function Version({ of, version }: { of: Key; version: number }) {
  return (
    <QueryState query={useQuery(versionQuery(of, version))} loading={<Skeleton shape="block" />}>
      {({ value, by, reason }) => (
        <>
          <Facts of={{ [words.by]: by, [words.reason]: reason }} />
          <pre className={css.raw}>{JSON.stringify(value, null, 2)}</pre>
        </>
      )}
    </QueryState>
  );
}
