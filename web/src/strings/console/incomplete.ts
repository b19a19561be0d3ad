export const incomplete = {
  mark: "Incomplete",
  title: "This is not the newest",
  text: (position: number) =>
    `The event at position ${position.toLocaleString("en")} could not be folded into it: it shows what was before that.`,
  link: "What could not be folded",
} as const;
