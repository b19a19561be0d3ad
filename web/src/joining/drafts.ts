/** The mail address is typed once, whichever of these pages is left for another. */
export const EMAIL_DRAFT = "email";
export const NAMES_DRAFT = "names";
