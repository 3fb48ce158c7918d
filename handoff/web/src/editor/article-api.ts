/** The articles behind the gateway's REST interface. */

import type { Article, SearchAnswer } from "../shared/protocol";
import { request } from "../shared/rest";

export type Status = Article["status"];

/** What an editor writes of an article. */
export interface Content {
  title: string;
  variants: string[];
  text: string;
  tags: string[];
  status: Status;
}

/** A page of a list; `total` counts all that match. */
export interface Page {
  articles: Article[];
  total: number;
}

const at = (id: string): string => `/api/articles/${encodeURIComponent(id)}`;

export function listArticles(q: string, status: Status | "", limit: number, offset = 0): Promise<Page> {
  const query = new URLSearchParams({ limit: String(limit), offset: String(offset) });
  if (q) query.set("q", q);
  if (status) query.set("status", status);
  return request<Page>("GET", `/api/articles?${query}`);
}

export const getArticle = (id: string): Promise<Article> => request("GET", at(id));

export const createArticle = (id: string, content: Content): Promise<Article> =>
  request("POST", "/api/articles", { id, ...content });

/** Stores `content` over revision `revision`; refused with `conflict` if there is a newer one. */
export const updateArticle = (id: string, revision: number, content: Content): Promise<Article> =>
  request("PUT", at(id), { ...content, revision });

export const publishArticle = (id: string): Promise<Article> => request("POST", `${at(id)}/publish`);

export const archiveArticle = (id: string): Promise<Article> => request("POST", `${at(id)}/archive`);

/** What the bot would find for a question. */
export const tryQuestion = (text: string): Promise<SearchAnswer> =>
  request("POST", "/api/try", { text });
