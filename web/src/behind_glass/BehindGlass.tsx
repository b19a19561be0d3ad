import { lazy, Suspense, useState } from "react";
import { classes } from "../parts/classes";
import { Icon } from "../parts/Icon";
import { behindGlass as words } from "../strings/behind-glass";
import css from "./BehindGlass.module.css";

const KEY = "behind-glass";
const OPEN = "open";
const Drawer = lazy(() => import("./Drawer").then((module) => ({ default: module.Drawer })));

/** A tab at the edge of every page of the demo, and the drawer behind it: whether it is open, the browser remembers. */
export function BehindGlass() {
  const [isOpen, setOpen] = useState(wasOpen);
  const toggle = () => {
    keepOpen(!isOpen);
    setOpen(!isOpen);
  };
  return (
    <section
      aria-label={words.title}
      className={classes(css.glass, isOpen && css.open)}
      onKeyDown={({ key }) => key === "Escape" && isOpen && toggle()}
    >
      <button
        type="button"
        className={css.tab}
        aria-expanded={isOpen}
        aria-controls={isOpen ? "behind-glass" : undefined}
        onClick={toggle}
      >
        <Icon name={isOpen ? "close" : "layers"} />
        <span className={css.name}>{words.title}</span>
      </button>
      {isOpen && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: who has no pointer scrolls it by its focus
        <section id="behind-glass" tabIndex={0} aria-label={words.drawer} className={css.drawer}>
          <Suspense>
            <Drawer />
          </Suspense>
        </section>
      )}
    </section>
  );
}

function wasOpen(): boolean {
  try {
    return localStorage.getItem(KEY) === OPEN;
  } catch {
    return false;
  }
}

function keepOpen(isOpen: boolean): void {
  try {
    if (isOpen) localStorage.setItem(KEY, OPEN);
    else localStorage.removeItem(KEY);
  } catch {
    // where storage is forbidden, it is closed on the next page that is loaded
  }
}
