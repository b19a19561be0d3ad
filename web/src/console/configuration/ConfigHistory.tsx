import type { Schema } from "../../api/client";
import { When } from "../../parts/When";
import { configuration as words } from "../../strings/console/configuration";
import { shell } from "../../strings/console/shell";
import { FilterLink } from "../parts/FilterLink";
import { Part } from "../parts/Part";
import { RowTable } from "../parts/RowTable";

/** The versions of a key, the newest first, each with who changed it and why. */
export function ConfigHistory({ config: { versions } }: { config: Schema["ConfigHistory"] }) {
  return (
    <Part level={2} title={words.history}>
      <RowTable
        caption={words.versions}
        rows={versions}
        keyOf={({ version }) => String(version)}
        columns={[
          {
            head: words.value,
            cell: ({ version }) => (
              <FilterLink changes={{ version: String(version) }}>{words.version(version)}</FilterLink>
            ),
          },
          { head: words.changed, cell: ({ changedAt }) => (changedAt ? <When at={changedAt} /> : shell.unknown) },
          { head: words.reason, cell: ({ reason }) => reason ?? shell.unknown },
          { head: words.by, cell: ({ by }) => <code>{by ?? shell.unknown}</code> },
        ]}
      />
    </Part>
  );
}
