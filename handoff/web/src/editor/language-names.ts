/** What languages are called. */

const names = new Intl.DisplayNames("en", { type: "language" });

/** "German" for `de`; the tag itself where there is no name for it. */
export function languageName(tag: string): string {
  return names.of(tag) ?? tag;
}
