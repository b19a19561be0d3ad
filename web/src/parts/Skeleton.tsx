import { errors } from "../strings/errors";
import { classes } from "./classes";
import css from "./Skeleton.module.css";

type Shape = "line" | "title" | "picture" | "button" | "block";

/** The place of what is still to come, of the same size, so that nothing moves when it is there. */
export function Skeleton({ shape = "line", className }: { shape?: Shape; className?: string | undefined }) {
  return <span className={classes(css.skeleton, css[shape], className)} aria-hidden="true" />;
}

/** Says once that something is loading, to who does not see the skeletons. */
export function Loading({ children }: { children: React.ReactNode }) {
  return (
    <div aria-busy="true">
      <span className={css.said} role="status">
        {errors.loading}
      </span>
      {children}
    </div>
  );
}
