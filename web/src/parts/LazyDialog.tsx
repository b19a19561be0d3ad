import { type ComponentProps, lazy, Suspense } from "react";
import type { Dialog } from "./Dialog";

const Loaded = lazy(() => import("./Dialog").then((module) => ({ default: module.Dialog })));

/** A `Dialog` whose code is fetched when it is first opened. */
export function LazyDialog(props: ComponentProps<typeof Dialog>) {
  return (
    <Suspense>
      <Loaded {...props} />
    </Suspense>
  );
}
