import { overview as words } from "../../strings/console/overview";
import css from "./Overview.module.css";

export type Bar = { label: string; name: string; value: number; text: string };
const HEIGHT = 64;
const STEP = 12;

/** Values as bars of one scale, the highest as high as the picture; the same as a table for who does not see it. */
export function Bars({ label, bars }: { label: string; bars: readonly Bar[] }) {
  const highest = Math.max(1, ...bars.map(({ value }) => value));
  return (
    <>
      <svg
        role="img"
        aria-label={label}
        viewBox={`0 0 ${bars.length * STEP} ${HEIGHT}`}
        preserveAspectRatio="none"
        className={css.bars}
      >
        {bars.map(({ label: said, name, value }, at) => {
          const height = Math.max(1, (value / highest) * HEIGHT);
          return (
            <rect key={name} x={at * STEP + 1} y={HEIGHT - height} width={STEP - 2} height={height}>
              <title>{said}</title>
            </rect>
          );
        })}
      </svg>
      <details className={css.asTable}>
        <summary>{words.asTable}</summary>
        <table className={css.figures}>
          <caption>{label}</caption>
          <tbody>
            {bars.map(({ name, text }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{text}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </>
  );
}
