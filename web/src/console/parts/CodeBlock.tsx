import css from "./CodeBlock.module.css";

/** Text of a machine, which keeps its lines and scrolls in its own frame. */
export function CodeBlock({ label, children }: { label: string; children: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <section className={css.block} tabIndex={0} aria-label={label}>
      <pre>{children}</pre>
    </section>
  );
}
