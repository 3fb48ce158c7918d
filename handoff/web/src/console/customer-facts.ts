/** What is known about the customer and why they need a person. */

import { LitElement, css, html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { baseStyles } from "../shared/app-shell-styles";
import { dayAndTime, elapsed, fullTime } from "../shared/app-shell-time";
import type { Reason, Summary } from "../shared/protocol";
import { reasonLook } from "./reasons";
import { Ticker } from "./ticker";

const readable = (name: string): string => name.replace(/[_-]+/g, " ");
const shown = (value: string | number | boolean): string =>
  typeof value === "boolean" ? (value ? "yes" : "no") : String(value);

@customElement("customer-facts")
export class CustomerFacts extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        padding: var(--wa-space-m);
        font-size: var(--wa-font-size-s);
      }
      dl {
        display: grid;
        gap: var(--wa-space-m);
        margin-top: var(--wa-space-m);
      }
      dt {
        color: var(--wa-color-text-quiet);
      }
      dd {
        overflow-wrap: anywhere;
      }
      li + li {
        margin-top: var(--wa-space-s);
      }
      .attributes li + li {
        margin-top: 0;
      }
      .detail {
        margin-top: var(--wa-space-2xs);
      }
      code {
        font-family: var(--wa-font-family-code);
        font-size: var(--wa-font-size-xs);
      }
    `,
  ];

  @property({ attribute: false }) chat!: Summary;
  /** True while the conversation is in the queue, so that its waiting time goes on. */
  @property({ type: Boolean }) waiting = false;
  /** Who has the conversation now, in words. */
  @property() holder = "";

  constructor() {
    super();
    new Ticker(this);
  }

  #reason(reason: Reason) {
    const look = reasonLook(reason.code);
    return html`<li>
      <span class="chip ${look.variant}">${look.text}</span>
      ${reason.detail ? html`<p class="detail">${reason.detail}</p>` : nothing}
    </li>`;
  }

  #waitingSince() {
    const since = this.chat.waiting_since;
    if (since === null) return nothing;
    return html`<div>
      <dt>${this.waiting ? "Waiting since" : "Had been waiting since"}</dt>
      <dd title=${fullTime(since)}>
        ${dayAndTime(since, Date.now())}${this.waiting ? ` (${elapsed(since, Date.now())})` : nothing}
      </dd>
    </div>`;
  }

  /** By the site's own word; a customer cannot make this up. */
  #vouchedFor() {
    const known = this.chat.identity;
    if (!known) return nothing;
    const attributes = Object.entries(known.attributes);
    return html`<div>
        <dt>Signed in on the site as</dt>
        <dd>${known.name ? `${known.name} (${known.id})` : known.id}</dd>
      </div>
      ${attributes.length
        ? html`<div>
            <dt>The site says</dt>
            <dd>
              <ul class="attributes">
                ${attributes.map(([name, value]) => html`<li>${readable(name)}: ${shown(value)}</li>`)}
              </ul>
            </dd>
          </div>`
        : nothing}`;
  }

  override render() {
    const chat = this.chat;
    return html`<h2 part="heading">About this chat</h2>
      <dl>
        <div>
          <dt>Customer</dt>
          <dd>${chat.customer || "Customer"}</dd>
        </div>
        ${this.#vouchedFor()}
        <div>
          <dt>State</dt>
          <dd>${this.holder}</dd>
        </div>
        ${this.#waitingSince()}
        <div>
          <dt>Why a person is needed</dt>
          <dd>
            ${chat.reasons.length
              ? html`<ul>
                  ${chat.reasons.map((reason) => this.#reason(reason))}
                </ul>`
              : "No reason recorded"}
          </dd>
        </div>
        <div>
          <dt>Priority</dt>
          <dd>${chat.priority > 5 ? `High (${chat.priority})` : `Normal (${chat.priority})`}</dd>
        </div>
        <div>
          <dt>Last message</dt>
          <dd title=${fullTime(chat.last_at)}>${dayAndTime(chat.last_at, Date.now())}</dd>
        </div>
        <div>
          <dt>Chat number</dt>
          <dd><code>${chat.conversation}</code></dd>
        </div>
      </dl>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "customer-facts": CustomerFacts;
  }
}
