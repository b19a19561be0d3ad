import { useMutation } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { PartError } from "../../app/errors";
import { Button } from "../../parts/Button";
import { TextField } from "../../parts/Field";
import { Notice } from "../../parts/Notice";
import { audit as words } from "../../strings/console/audit";
import { Part } from "../parts/Part";
import { type Verdict, verifyProof } from "./proof";
import { askForProof } from "./queries";

const KEPT = "aioutlet.audit-key";

type Props = { position: number; eventId: string };

/** Verifies in this browser that an event is in the signed log; the key that was kept is kept here too. */
export function ProofPart({ position, eventId }: Props) {
  const checking = useMutation({
    mutationFn: async (kept: string) => {
      const proof = await askForProof(position);
      return { verdict: await verifyProof(proof, kept || proof.head.key, eventId), isKept: Boolean(kept) };
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const kept = String(new FormData(event.currentTarget).get("key") ?? "").trim();
    localStorage.setItem(KEPT, kept);
    checking.mutate(kept);
  };
  return (
    <Part title={words.proof}>
      <p>{words.proofWhy}</p>
      <Part.Form onSubmit={submit}>
        <TextField
          label={words.key}
          hint={words.keyHint}
          name="key"
          defaultValue={localStorage.getItem(KEPT) ?? ""}
          autoComplete="off"
          spellCheck={false}
          optional
        />
        <div>
          <Button type="submit" busy={checking.isPending}>
            {words.check}
          </Button>
        </div>
      </Part.Form>
      {checking.isError && <PartError error={checking.error} />}
      {checking.data && <Said {...checking.data} />}
    </Part>
  );
}

function Said({ verdict, isKept }: { verdict: Verdict; isKept: boolean }) {
  if (!verdict.isProved) {
    return (
      <Notice kind="failed" title={words.notProved}>
        <p>{words.faults[verdict.fault]}</p>
      </Notice>
    );
  }
  return (
    <Notice kind={isKept ? "done" : "info"} title={words.proved(verdict.size)}>
      <p>{isKept ? words.byKept : words.byShops}</p>
    </Notice>
  );
}
