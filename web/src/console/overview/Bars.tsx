import css from "./Overview.module.css";

type Bar = { label: string; value: number };
const HEIGHT = 64;
const STEP = 12;

/** Values as bars of one scale, the highest as high as the picture; each says itself when pointed at. */
export function Bars({ label, bars }: { label: string; bars: readonly Bar[] }) {
  const highest = Math.max(1, ...bars.map(({ value }) => value));
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${bars.length * STEP} ${HEIGHT}`}
      preserveAspectRatio="none"
      className={css.bars}
    >
      {bars.map(({ label: name, value }, at) => {
        const height = Math.max(1, (value / highest) * HEIGHT);
        return (
          <rect key={name} x={at * STEP + 1} y={HEIGHT - height} width={STEP - 2} height={height}>
            <title>{name}</title>
          </rect>
        );
      })}
    </svg>
  );
}
