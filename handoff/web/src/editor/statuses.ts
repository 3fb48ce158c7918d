/** The states of an article, in words. */

import type { Status } from "./article-api";

export const STATUSES: Status[] = ["published", "draft", "archived"];

export const STATUS_LOOKS: Record<Status, { text: string; variant: "success" | "warning" | "neutral" }> =
  {
    published: { text: "Published", variant: "success" },
    draft: { text: "Draft", variant: "warning" },
    archived: { text: "Archived", variant: "neutral" },
  };
