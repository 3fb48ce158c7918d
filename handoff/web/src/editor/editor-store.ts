/** State of the article editor: the list and the article in the form. */

import { Store } from "../shared/app-shell-store";
import { ArticleFormState } from "./article-form-state";
import { ArticleListState } from "./article-list-state";

export class EditorStore extends Store {
  readonly list = new ArticleListState(() => this.changed());
  readonly form = new ArticleFormState(() => this.changed());
  /** Grows with every stored change, so that a tried question is tried again. */
  saved = 0;

  constructor() {
    super();
    void this.list.refresh();
  }

  /** Opens an article, or a blank form for null. */
  open(id: string | null): void {
    if (id === null) this.form.startNew();
    else void this.form.load(id);
  }

  /** To be called after something has been stored. */
  stored(): void {
    this.saved++;
    void this.list.refresh();
  }
}
