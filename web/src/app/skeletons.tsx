import { Loading, Skeleton } from "../parts/Skeleton";
import css from "./Message.module.css";

/** The place of a page whose code or data is still to come. */
export function PageSkeleton() {
  return (
    <Loading>
      <div className={css.message}>
        <Skeleton shape="title" />
        <Skeleton shape="block" />
      </div>
    </Loading>
  );
}
