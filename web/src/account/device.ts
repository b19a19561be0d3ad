import { account } from "../strings/account";

const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/Edg\//, "Edge"],
  [/OPR\//, "Opera"],
  [/SamsungBrowser\//, "Samsung Internet"],
  [/Firefox\/|FxiOS\//, "Firefox"],
  [/Chrome\/|CriOS\/|HeadlessChrome\//, "Chrome"],
  [/Safari\//, "Safari"],
  [/^([\w.-]+)\//, "$1"],
];
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/iPhone/, "iPhone"],
  [/iPad/, "iPad"],
  [/Android/, "Android"],
  [/Windows/, "Windows"],
  [/Mac OS X/, "macOS"],
  [/CrOS/, "ChromeOS"],
  [/Linux/, "Linux"],
];

/** Say which browser a `User-Agent` names, as people call it: "Firefox on Windows". */
export function deviceText(userAgent: string | null | undefined): string {
  const browser = userAgent && find(BROWSERS, userAgent);
  if (!browser) return account.session.unknown;
  const system = find(SYSTEMS, userAgent);
  return system ? account.session.on(browser, system) : browser;
}

function find(known: readonly (readonly [RegExp, string])[], text: string): string | undefined {
  for (const [pattern, name] of known) {
    const match = pattern.exec(text);
    if (match) return name === "$1" ? match[1] : name;
  }
  return undefined;
}
