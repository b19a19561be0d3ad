import { useMutation } from "@tanstack/react-query";
import { PartError } from "../app/errors";
import { Button } from "../parts/Button";
import { Notice } from "../parts/Notice";
import { joining } from "../strings/joining";
import { resendVerification } from "./requests";

/** Asks for the mail that verifies the address once more. */
export function Resend() {
  const sending = useMutation({ mutationFn: resendVerification });
  return (
    <>
      {sending.isSuccess && <Notice kind="done" title={joining.verify.sentAgain} />}
      {sending.isError && <PartError error={sending.error} />}
      <div>
        <Button look="secondary" busy={sending.isPending} onClick={() => sending.mutate()}>
          {joining.verify.again}
        </Button>
      </div>
    </>
  );
}
