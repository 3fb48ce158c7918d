/** A store holds the state of one application; elements that follow it are drawn anew on a change. */

import type { ReactiveController, ReactiveControllerHost } from "lit";

/** Base of the applications' stores: call `changed()` after every change of state. */
export abstract class Store {
  #followers = new Set<() => void>();

  /** Calls `follower` after every change; returns the function that ends it. */
  follow(follower: () => void): () => void {
    this.#followers.add(follower);
    return () => this.#followers.delete(follower);
  }

  protected changed(): void {
    for (const follower of this.#followers) follower();
  }
}

/** Redraws its host whenever the store returned by `find` changes. */
export class Follow implements ReactiveController {
  #store: Store | null = null;
  #stop: (() => void) | null = null;

  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly find: () => Store | null,
  ) {
    host.addController(this);
  }

  hostUpdate(): void {
    const store = this.find();
    if (store === this.#store) return;
    this.#stop?.();
    this.#store = store;
    this.#stop = store?.follow(() => this.host.requestUpdate()) ?? null;
  }

  hostDisconnected(): void {
    this.#stop?.();
    this.#stop = null;
    this.#store = null;
  }
}
