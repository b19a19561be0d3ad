import { type ComponentProps, lazy, Suspense } from "react";
import type { Dialog } from "./Dialog";
import { NativeDialog } from "./NativeDialog";

const Loaded = lazy(async () => ({
  default: await import("./Dialog").then(
    (module) => module.Dialog,
    () => NativeDialog,
  ),
}));

/** A `Dialog` whose code is fetched when it is first opened; where it cannot be, as without a network, the browser's own. */
export function LazyDialog(props: ComponentProps<typeof Dialog>) {
  return (
    <Suspense>
      <Loaded {...props} />
    </Suspense>
  );
}
