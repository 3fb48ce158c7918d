/** What a wire code means, in words for the person in front of the screen. */

import type { RestErrorCode } from "./protocol";

const TEXTS: Record<RestErrorCode, string> = {
  offline: "The server cannot be reached. Check your connection and try again.",
  timeout: "The server did not answer in time. Try again.",
  unavailable: "A part of Tandem is not answering at the moment. Try again shortly.",
  internal: "Something went wrong on the server. Try again; if it stays, tell your administrator.",
  unauthenticated: "Your session has ended. Log in again.",
  token_expired: "Your session has ended. Log in again.",
  identity_expired: "The site's word on who you are has expired.",
  identity_invalid: "The site's word on who you are is not valid.",
  forbidden: "Your account is not allowed to do this.",
  rate_limited: "Too many attempts. Wait a minute and try again.",
  bad_frame: "The server did not understand the request.",
  bad_request: "The server did not accept what was entered.",
  unknown_type: "The server does not know this action. Reload the page.",
  empty_text: "Write something first.",
  text_too_long: "This message is too long: 4,000 characters at most.",
  method_not_allowed: "The server does not know this action. Reload the page.",
  unsupported_media_type: "The server did not understand the request.",
  too_large: "This is too long to be stored. Shorten the text.",
  unknown_conversation: "This conversation no longer exists.",
  already_taken: "A colleague has just taken this chat.",
  not_queued: "This chat is no longer waiting.",
  not_with_bot: "The bot no longer has this chat.",
  not_owner: "This chat is no longer yours.",
  queue_full: "This team's line is full.",
  picking_not_allowed: "This team's chats are offered to you; they cannot be picked.",
  not_available: "Whoever is to get this chat is not available. Check the status.",
  not_your_team: "This chat waits for another team.",
  at_capacity: "No more chats at a time are allowed.",
  already_offered: "This chat is being offered to somebody already.",
  not_offered: "This offer is over.",
  not_with_agent: "No agent has this chat any more.",
  moved: "This chat has just moved on. Try again.",
  not_found: "This article no longer exists.",
  conflict: "A colleague saved this article while you were editing it.",
  invalid_article: "The article cannot be stored like this.",
};

/** The text for `code`; unknown codes get the general one. */
export function errorText(code: string): string {
  return TEXTS[code as RestErrorCode] ?? TEXTS.internal;
}

/** The wire code of anything thrown by a request or a socket command. */
export function errorCode(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" ? code : "internal";
}

/** The text for anything thrown by a request or a socket command. */
export function explain(error: unknown): string {
  return errorText(errorCode(error));
}
