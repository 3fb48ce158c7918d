/** Tells customers at one browser apart; only the gateway verifies who they are. */

/** The customer that a site's token names, or the token itself; "" while nobody is named. */
export function customerOf(identity: string | undefined): string {
  if (!identity) return "";
  try {
    const payload = identity.split(".")[1]?.replaceAll("-", "+").replaceAll("_", "/") ?? "";
    const { sub } = JSON.parse(atob(payload)) as { sub?: unknown };
    return typeof sub === "string" ? sub : identity;
  } catch {
    return identity;
  }
}
