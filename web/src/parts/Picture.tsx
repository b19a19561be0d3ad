import { classes } from "./classes";
import css from "./Picture.module.css";
import { tintOf } from "./tint";
import tints from "./tints.module.css";

type Props = {
  /** Its place is there before it is known. */
  src: string | undefined;
  department: string;
  /** What it shows, where no word beside it says so. */
  alt?: string;
  shape?: "wide" | "large" | "square" | "small" | "tiny";
  /** It is in the first screen: fetched at once. */
  first?: boolean;
};

/** A product's picture on the tint of its department, in a place of fixed proportions. */
export function Picture({ src, department, alt = "", shape = "wide", first = false }: Props) {
  return (
    <span className={classes(css.picture, css[shape], tints[`tint${tintOf(department)}`])}>
      {src && (
        <img
          src={src}
          alt={alt}
          width="96"
          height="96"
          loading={first ? "eager" : "lazy"}
          decoding="async"
          className={css.icon}
        />
      )}
    </span>
  );
}
