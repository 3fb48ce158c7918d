/** Why a conversation needs a person, in plain words. */

import type { Reason } from "../shared/protocol";

/** How a reason looks. */
export interface ReasonLook {
  text: string;
  variant: "neutral" | "brand" | "warning" | "danger";
}

const LOOKS: Record<string, ReasonLook> = {
  danger_to_life: { text: "Life in danger", variant: "danger" },
  safety: { text: "Safety", variant: "danger" },
  fraud: { text: "Fraud", variant: "danger" },
  legal: { text: "Legal matter", variant: "warning" },
  data_protection: { text: "Personal data", variant: "warning" },
  press: { text: "Press", variant: "warning" },
  explicit_request: { text: "Asked for a person", variant: "brand" },
  accepted_offer: { text: "Accepted the bot's offer", variant: "brand" },
  anger: { text: "Angry", variant: "danger" },
  churn: { text: "May leave", variant: "warning" },
  unease: { text: "Discontent", variant: "warning" },
  repetition: { text: "Said the same again", variant: "neutral" },
  bot_failing: { text: "Bot could not help", variant: "neutral" },
  repeated_misunderstanding: { text: "Bot did not understand twice", variant: "neutral" },
  complexity: { text: "Complex case", variant: "neutral" },
  weak_knowledge: { text: "No answer in the knowledge base", variant: "neutral" },
  attribute: { text: "By rule", variant: "neutral" },
  bot_unavailable: { text: "Bot unavailable", variant: "warning" },
  message_left: { text: "Left a message", variant: "brand" },
  bot_failed: { text: "Bot failed", variant: "warning" },
};

/** The look of a reason code; an unknown code is shown with spaces for underscores. */
export function reasonLook(code: string): ReasonLook {
  return LOOKS[code] ?? { text: code.replaceAll("_", " "), variant: "neutral" };
}

/** "Asked for a person, Angry" */
export function reasonTexts(reasons: Reason[] | undefined): string {
  return (reasons ?? []).map((reason) => reasonLook(reason.code).text).join(", ");
}
