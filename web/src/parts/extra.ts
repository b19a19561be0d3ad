import { type ComponentType, type LazyExoticComponent, lazy } from "react";

/**
 * A part whose code is fetched when it is first shown, and without which its page is whole: where it cannot be fetched,
 * as without a network, nothing is shown in its place.
 */
export function extra<Props>(load: () => Promise<ComponentType<Props>>): LazyExoticComponent<ComponentType<Props>> {
  return lazy(async () => ({ default: await load().catch((): ComponentType<Props> => () => null) }));
}
