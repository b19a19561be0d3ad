const PATHS = {
  search: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14Zm5 12 4.5 4.5",
  cart: "M3 4h2.2l2 11.2h10.6L20 7H6M9 20h.01M16.5 20h.01",
  person: "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM4.5 20c.8-3.6 3.8-5 7.5-5s6.7 1.4 7.5 5",
  menu: "M4 7h16M4 12h16M4 17h16",
  close: "m6 6 12 12M18 6 6 18",
  check: "m5 12.5 4.5 4.500L19 7.5",
  clock: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16Zm0 4v4.500l3 2",
  warning: "M12 4 3 19.500h18ZM12 10v4.500M12 17h.01",
  info: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16Zm0 7v5M12 8h.01",
  left: "m14.5 6-6 6 6 6",
  right: "m9.5 6 6 6-6 6",
  down: "m6 9.5 6 6 6-6",
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  layers: "m12 4 9 5-9 5-9-5ZM3 14l9 5 9-5",
  filter: "M4 7h10M18 7h2M4 17h2M10 17h10M16 5v4M8 15v4",
} as const;

export type IconName = keyof typeof PATHS;

/** A drawn sign beside a word; a reader of the screen hears the word alone. */
export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
