import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const CSS = readFileSync(new URL("./tokens.css", import.meta.url), "utf8");
const THEMES = ["light", "dark"] as const;
const TEXT = 4.5;
const CONTROL = 3;

type Theme = (typeof THEMES)[number];

function colour(name: string, theme: Theme): string {
  const found = new RegExp(`--${name}: light-dark\\((#\\w{6}), (#\\w{6})\\)`).exec(CSS);
  const value = theme === "light" ? found?.[1] : found?.[2];
  if (!value) throw new Error(`no colour is called ${name}`);
  return value;
}

/** Relative luminance as WCAG 2 defines it. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string, theme: Theme): number {
  const [high = 0, low = 0] = [one, other].map((name) => luminance(colour(name, theme))).sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

const GROUNDS = ["paper", "surface", "sunken"];
const TINTS = [...CSS.matchAll(/--(tint-\d+):/g)].map((found) => found[1] ?? "");
const ON_GROUNDS = ["ink", "ink-soft", "accent", "accent-strong", "done", "waiting", "failed"];
const ON_WASHES: [string, string][] = [
  ["done", "done-wash"],
  ["waiting", "waiting-wash"],
  ["failed", "failed-wash"],
  ["accent", "accent-wash"],
  ...["done-wash", "waiting-wash", "failed-wash", "accent-wash"].map((wash): [string, string] => ["ink", wash]),
  ...["done-wash", "waiting-wash", "failed-wash", "accent-wash"].map((wash): [string, string] => ["ink-soft", wash]),
  ["on-accent", "accent"],
  ["on-accent", "accent-strong"],
];

describe.each(THEMES)("in the %s theme", (theme) => {
  const pairs = [
    ...ON_GROUNDS.flatMap((text) => GROUNDS.map((ground): [string, string] => [text, ground])),
    ...ON_WASHES,
    ...TINTS.flatMap((tint): [string, string][] => [
      ["ink", tint],
      ["ink-soft", tint],
    ]),
  ];

  it.each(pairs)("%s can be read on %s", (text, ground) => {
    expect(contrast(text, ground, theme)).toBeGreaterThanOrEqual(TEXT);
  });

  it.each([...GROUNDS.map((ground) => ["control", ground]), ["star", "paper"], ["star", "surface"]])(
    "%s can be told from %s",
    (control, ground) => {
      expect(contrast(control ?? "", ground ?? "", theme)).toBeGreaterThanOrEqual(CONTROL);
    },
  );
});

it("has twelve tints, all different", () => {
  expect(TINTS).toHaveLength(12);
  for (const theme of THEMES) expect(new Set(TINTS.map((tint) => colour(tint, theme))).size).toBe(12);
});
