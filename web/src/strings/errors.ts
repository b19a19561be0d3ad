/** What happened, and what to do; `kept` says what became of what was done. */
export type Words = { what: string; next: string };

const again = "Try again in a moment.";

/** What refusals mean to a person, by their code; see docs/reference/errors.md. Others say their own detail. */
export const problems: Readonly<Record<string, Words>> = {
  unavailable: { what: "A part of the shop does not answer.", next: `Nothing you typed is lost. ${again}` },
  stale: { what: "The shop is still writing down what you just did.", next: again },
  too_many_connections: { what: "The shop is very busy.", next: again },
  internal: { what: "Something went wrong on our side.", next: `It was noted. ${again}` },
  too_many_requests: { what: "That was asked too often.", next: "Wait a minute, then try again." },
  unauthorised: { what: "You are not logged in.", next: "Log in to go on." },
  session_ended: { what: "Your session has ended.", next: "Log in again; what you typed is kept." },
  login_failed: { what: "Address and password do not match.", next: "Try again, or reset the password." },
  csrf_failed: { what: "This page was open for too long.", next: "Reload it and try again." },
  origin_refused: { what: "This page is not at the shop's own address.", next: "Open the shop at its address." },
  forbidden: { what: "Your account may not do this.", next: "Log in with another account." },
  email_not_verified: { what: "Your mail address is not verified yet.", next: "Open the link in the mail we sent." },
  token_not_valid: { what: "This link is not valid any more.", next: "Ask for a new mail." },
  not_found: { what: "There is no such thing here.", next: "It may have been removed." },
  conflict: { what: "Somebody changed this meanwhile.", next: "Look at it again, then repeat it." },
  invalid: { what: "Something is missing or not right.", next: "See the marked fields." },
  too_large: { what: "That is too much at once.", next: "Send less." },
  not_available: { what: "There are not that many left.", next: "Take fewer." },
  product_not_for_sale: { what: "This product is not sold any more.", next: "Nothing was changed." },
  cart_full: { what: "Your cart is full.", next: "Take something out first." },
  cart_empty: { what: "Your cart is empty.", next: "Put something into it first." },
  cart_expired: { what: "Your cart was too old and is gone.", next: "Start a new one." },
  cart_checked_out: { what: "This cart was ordered already.", next: "Nothing was ordered twice." },
  not_purchased: {
    what: "You can review it once it has come.",
    next: "No order of yours has brought it yet. What you wrote is kept.",
  },
  review_exists: { what: "You have reviewed this already.", next: "Change that review, or take it back." },
  own_review: { what: "This is your own review.", next: "You can change it, or take it back." },
  cart_transferred: { what: "This cart is now in your account.", next: "" },
};

/** What to do after a refusal that says for how long it holds. */
export function waitWords(seconds: number): string {
  if (seconds > 90) return `Try again in ${Math.ceil(seconds / 60)} minutes.`;
  return `Try again in ${seconds === 1 ? "a second" : `${seconds} seconds`}.`;
}

export const errors = {
  unreachable: { what: "The shop does not answer.", next: `Check your network; what you typed is kept. ${again}` },
  unexpected: { what: "This page failed.", next: "Reload it. If it fails again, tell us the number below." },
  offline: "You are offline. What you see may be old; what you type is kept.",
  ended: "Your session has ended. What you typed is kept.",
  logIn: "Log in",
  again: "Try again",
  reload: "Reload",
  home: "To the shop",
  number: (id: string) => `Number of this error: ${id}`,
  notFound: {
    title: "There is no such page",
    text: "The address may be old, or mistyped. Search for what you wanted.",
  },
  forbidden: {
    title: "This page is not for your account",
    text: "It needs a role that your account does not have.",
  },
  loading: "Loading",
} as const;
