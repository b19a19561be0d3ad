import { useRef } from "react";
import { useIdempotencyKey } from "../../api/idempotency";
import { useAction } from "../parts/action";
import { STOCK } from "./queries";

type Sent = { "Idempotency-Key": string };

/**
 * Records what a form about stock says. Tried again it is recorded once; said again after it was recorded it is
 * something new, and the form is empty again by then.
 */
export function useRecording<Body>(draft: string, send: (body: Body, headers: Sent) => Promise<unknown>) {
  const keyOf = useIdempotencyKey();
  const recorded = useRef(0);
  return useAction<{ body: Body; form: HTMLFormElement }>({
    run: async ({ body, form }) => {
      await send(body, { "Idempotency-Key": keyOf([body, recorded.current]) });
      recorded.current += 1;
      form.reset();
    },
    changes: [STOCK],
    draft,
  });
}
