import { useId } from "react";
import { reviews } from "../strings/reviews";
import css from "./StarsField.module.css";

const STAR = "m12 3.2 2.7 5.6 6.1.8-4.5 4.2 1.1 6.1L12 17l-5.4 2.9 1.1-6.1-4.5-4.2 6.1-.8Z";

type Props = { value: number; onChange: (stars: number) => void; error?: string | undefined; id: string };

/** One to five stars, as radio buttons: the arrow keys go from one to the next. */
export function StarsField({ value, onChange, error, id }: Props) {
  const name = useId();
  return (
    <fieldset className={css.field} aria-describedby={error ? `${id}-error` : undefined}>
      <legend className={css.legend}>{reviews.rating}</legend>
      <div className={css.row}>
        {reviews.stars.map((label, index) => {
          const stars = index + 1;
          return (
            <label key={label} className={css.star} title={label}>
              <input
                type="radio"
                name={name}
                id={stars === 1 ? id : undefined}
                checked={value === stars}
                aria-label={label}
                onChange={() => onChange(stars)}
              />
              <svg viewBox="0 0 24 24" width="32" height="32" aria-hidden="true">
                <path d={STAR} className={stars <= value ? css.full : css.empty} />
              </svg>
            </label>
          );
        })}
        <span className={css.said}>{value > 0 && reviews.stars[value - 1]}</span>
      </div>
      {error && (
        <p id={`${id}-error`} className={css.error}>
          {error}
        </p>
      )}
    </fieldset>
  );
}
