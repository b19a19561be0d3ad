const NAMES = ["__Host-aioutlet_csrf", "aioutlet_csrf"];

/** The CSRF token of the session; without a session there is none. It is also how a page knows, without asking, that there is one. */
export function csrfToken(cookies: string = document.cookie): string | undefined {
  for (const part of cookies.split("; ")) {
    const at = part.indexOf("=");
    if (NAMES.includes(part.slice(0, at)) && at + 1 < part.length) return part.slice(at + 1);
  }
  return undefined;
}

/** Forget the token of a session that has ended, so that nobody asks for that session again. */
export function forgetCsrfToken(): void {
  for (const name of NAMES) {
    const secure = name.startsWith("__Host-") ? "; Secure" : "";
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser
    document.cookie = `${name}=; Max-Age=0; Path=/; SameSite=Lax${secure}`;
  }
}
