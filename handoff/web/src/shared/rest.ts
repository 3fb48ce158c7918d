/** The gateway's REST interface: JSON in, JSON out, every failure an `ApiError` with a wire code. */

import type { Person } from "./protocol";

/** Dispatched on `window` when an answer says that the session is over. */
export const SESSION_ENDED = "tandem-session-ended";

/** A refused or failed request; `code` is a wire code, or `offline` when no answer arrived. */
export class ApiError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status = 0,
  ) {
    super(message);
  }
}

async function readError(response: Response): Promise<ApiError> {
  try {
    const { error } = (await response.json()) as { error: { code: string; message: string } };
    return new ApiError(error.code, error.message, response.status);
  } catch {
    return new ApiError(response.status >= 500 ? "unavailable" : "internal", "", response.status);
  }
}

/** Sends one request and returns the JSON of its answer; throws `ApiError`. */
export async function request<T>(method: string, path: string, body?: unknown): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers: body === undefined && method === "GET" ? {} : { "Content-Type": "application/json" },
      body: method === "GET" ? undefined : JSON.stringify(body ?? {}),
      credentials: "same-origin",
    });
  } catch {
    throw new ApiError("offline", "");
  }
  if (!response.ok) {
    const error = await readError(response);
    if (response.status === 401 && path !== "/api/login" && path !== "/api/me") {
      window.dispatchEvent(new Event(SESSION_ENDED));
    }
    throw error;
  }
  return (response.status === 204 ? null : await response.json()) as T;
}

/** Who is logged in, or null. */
export async function whoAmI(): Promise<Person | null> {
  try {
    return await request<Person>("GET", "/api/me");
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return null;
    throw error;
  }
}

/** Opens a session; throws `ApiError` with `unauthenticated` for a wrong e-mail or password. */
export function logIn(email: string, password: string): Promise<Person> {
  return request<Person>("POST", "/api/login", { email, password });
}

/** Ends the session. */
export async function logOut(): Promise<void> {
  await request<unknown>("POST", "/api/logout");
}
