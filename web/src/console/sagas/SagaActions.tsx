import { useState } from "react";
import { api, read } from "../../api/client";
import { hasRole, useSession } from "../../app/session";
import { Button } from "../../parts/Button";
import { hasDraft } from "../../parts/draft";
import { Notice } from "../../parts/Notice";
import { When } from "../../parts/When";
import { sagas as words } from "../../strings/console/sagas";
import { Outcome, useAction } from "../parts/action";
import { Part } from "../parts/Part";
import { ActionDialog } from "./ActionDialog";
import { SAGAS } from "./queries";
import { type Action, draftOf, type Preview, type Saga } from "./saga";

type Said = { action: Action; evidence: string };

/** What people can do about a saga: each says first what it would lead to. */
export function SagaActions({ saga }: { saga: Saga }) {
  const person = useSession();
  const isOwn = saga.proposal?.operator === person?.userId;
  const ways = saga.actions.filter(({ action }) =>
    action === "cancel" ? hasRole(person, "admin") : action !== "confirm" || !isOwn,
  );
  const [open, setOpen] = useState(() => ways.find(({ action }) => hasDraft(draftOf(saga, action)))?.action);
  const act = useAction<Said>({
    run: (said) => send(saga, said),
    changes: [SAGAS],
    ...(open && { draft: draftOf(saga, open) }),
    onDone: () => setOpen(undefined),
  });
  const preview = ways.find(({ action }) => action === open);
  if (ways.length === 0 && !saga.requested && !act.isSuccess) return null;
  return (
    <Part title={words.todo}>
      <Standing saga={saga} own={person?.userId} />
      <Ways
        ways={ways}
        onOpen={(action) => {
          act.reset();
          setOpen(action);
        }}
      />
      {act.isSuccess && <Outcome of={act} done={words.done[act.variables.action]} />}
      {preview && (
        <ActionDialog
          saga={saga}
          preview={preview}
          busy={act.isPending}
          error={act.error}
          onClose={() => setOpen(undefined)}
          onAct={(evidence) => act.mutate({ action: preview.action, evidence })}
        />
      )}
    </Part>
  );
}

function Ways({ ways, onOpen }: { ways: readonly Preview[]; onOpen: (action: Action) => void }) {
  return ways.map(({ action }) => (
    <Button key={action} look={words.looks[action]} onClick={() => onOpen(action)}>
      {words.actions[action]}…
    </Button>
  ));
}

/** Who has asked for what, where it is still to be confirmed or about to happen. */
function Standing({ saga: { proposal, requested }, own }: { saga: Saga; own: string | undefined }) {
  if (requested) {
    const { operator, resolution, evidence } = requested;
    return (
      <Notice kind="waiting" title={words.requested(operator === own ? words.you : operator, resolution)}>
        <p>{evidence}</p>
      </Notice>
    );
  }
  if (!proposal) return null;
  const { operator, resolution, evidence } = proposal;
  return (
    <Notice kind="waiting" title={words.proposed(operator === own ? words.you : operator, resolution)}>
      <p>{evidence}</p>
      <p>
        {words.confirmUntil} <When at={proposal.expiresAt} />
      </p>
    </Notice>
  );
}

function send({ orderId, request, proposal }: Saga, { action, evidence }: Said) {
  const params = { path: { order_id: orderId } };
  const body = { evidence, ...(request && { step: request.step }) };
  switch (action) {
    case "retry":
      return read(api.POST("/bff/admin/sagas/{order_id}/retry", { params, body }));
    case "mark done":
      return read(api.POST("/bff/admin/sagas/{order_id}/mark-done", { params, body }));
    case "force fail":
      return read(api.POST("/bff/admin/sagas/{order_id}/force-fail", { params, body }));
    case "confirm": {
      const proposalId = proposal?.proposalId ?? "";
      return read(api.POST("/bff/admin/sagas/{order_id}/confirm", { params, body: { proposalId } }));
    }
    case "cancel":
      return read(api.POST("/bff/admin/orders/{order_id}/cancel", { params, body: { reason: evidence } }));
  }
}
