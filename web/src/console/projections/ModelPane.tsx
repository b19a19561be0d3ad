import { useState } from "react";
import { Button } from "../../parts/Button";
import { projections as words } from "../../strings/console/projections";
import { Outcome, useAction } from "../parts/action";
import { Facts } from "../parts/Facts";
import { Part } from "../parts/Part";
import { Status, type Tone } from "../parts/Status";
import { DecisionDialog } from "./DecisionDialog";
import css from "./Projections.module.css";
import { type Action, actionsOf, isBuilding, PROJECTIONS, type ReadModel, send, type Version } from "./queries";

type Asked = { action: Action; rebuild: number };

const TONES: Readonly<Record<Version["state"], Tone>> = {
  building: "waiting",
  verified: "done",
  different: "failed",
  failed: "failed",
};

/** The versions of one read model, and what can be done about each. */
export function ModelPane({ model }: { model: ReadModel }) {
  const [asked, setAsked] = useState<Asked>();
  const act = useAction<Asked & { reason: string }>({
    run: ({ rebuild, action, reason }) => send(model.view, rebuild, action, reason),
    changes: [PROJECTIONS],
    onDone: () => setAsked(undefined),
  });
  const begin = (action: Action, rebuild: number) => {
    act.reset();
    setAsked({ action, rebuild });
  };
  return (
    <>
      {model.versions.map((version) => (
        <VersionPart key={version.rebuild} version={version} onAsk={(action) => begin(action, version.rebuild)} />
      ))}
      <Part title={words.todo}>
        <p>{words.why.rebuild}</p>
        <Button look="primary" disabled={isBuilding(model)} onClick={() => begin("rebuild", 0)}>
          {words.rebuild}…
        </Button>
        {act.isSuccess && <Outcome of={act} done={words.done[act.variables.action]} />}
      </Part>
      {asked && (
        <DecisionDialog
          action={asked.action}
          busy={act.isPending}
          error={act.error}
          onClose={() => setAsked(undefined)}
          onDecide={(reason) => act.mutate({ ...asked, reason })}
        />
      )}
    </>
  );
}

function VersionPart({ version, onAsk }: { version: Version; onAsk: (action: Action) => void }) {
  const { rebuild, state, isCurrent, isPrevious, progress, shown } = version;
  const role = isCurrent ? words.isCurrent : isPrevious ? words.isPrevious : "";
  const title = rebuild === 0 ? words.neverRebuilt : words.rebuilt(rebuild);
  return (
    <Part title={role ? `${title}, ${role}` : title}>
      <Status tone={TONES[state]}>{words.states[state]}</Status>
      {progress && <Progress of={progress} />}
      <Facts
        of={{
          [words.name]: <code>{version.name}</code>,
          [words.behind]: version.behind?.toLocaleString("en"),
          [words.comparedAt]: version.comparedAt?.toLocaleString("en"),
          [words.documents]: version.documents?.toLocaleString("en"),
          [words.differences]: version.differences?.toLocaleString("en"),
        }}
      />
      {shown.length > 0 && (
        <ul className={css.shown}>
          {shown.map((line) => (
            <li key={line}>
              <code>{line}</code>
            </li>
          ))}
        </ul>
      )}
      <div className={css.buttons}>
        {actionsOf(version).map((action) => (
          <Button key={action} look={action === "drop" ? "danger" : "primary"} onClick={() => onAsk(action)}>
            {words[action]}…
          </Button>
        ))}
      </div>
    </Part>
  );
}

function Progress({
  of: { phase, position, head, eventsPerSecond, secondsLeft },
}: {
  of: NonNullable<Version["progress"]>;
}) {
  const name = words.phases[phase] ?? phase;
  return (
    <div className={css.progress}>
      <progress aria-label={name} value={position} max={Math.max(head, 1)} />
      <p>
        {name}
        {head > 0 && `: ${words.progress(position, head)}, ${words.rate(eventsPerSecond)}`}
        {secondsLeft !== null && `, ${words.left(secondsLeft)}`}
      </p>
    </div>
  );
}
