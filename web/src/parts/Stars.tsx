import { parts } from "../strings/parts";
import css from "./Stars.module.css";

const STAR = "m12 3.2 2.7 5.6 6.1.8-4.5 4.2 1.1 6.100L12 17l-5.4 2.9 1.1-6.1-4.5-4.2 6.1-.8Z";

type Props = { average: number | null; count?: number | undefined };

/** How good people find it, and of how many: in words for who hears it, the average is not told by colour alone. */
export function Stars({ average, count }: Props) {
  if (average === null) return <span className={css.none}>{parts.noReviews}</span>;
  return (
    <span className={css.stars}>
      <span role="img" aria-label={parts.stars(average)} className={css.row}>
        {[1, 2, 3, 4, 5].map((star) => (
          <Star key={star} share={Math.min(1, Math.max(0, average - star + 1))} />
        ))}
      </span>
      {count === undefined ? null : (
        <span className={css.count}>
          <span aria-hidden="true">{average.toFixed(1)} · </span>
          {parts.reviews(count)}
        </span>
      )}
    </span>
  );
}

function Star({ share }: { share: number }) {
  const width = share < 0.25 ? 0 : share < 0.75 ? 12 : 24;
  return (
    <svg viewBox="0 0 24 24" width="16" height="16" aria-hidden="true">
      <path d={STAR} className={css.outline} />
      <svg x="0" y="0" width={width} height="24" viewBox={`0 0 ${width} 24`} aria-hidden="true">
        {width > 0 && <path d={STAR} className={css.full} />}
      </svg>
    </svg>
  );
}
