/** Registers the office's elements; the page holds one <office-app>. */

import { OfficeApp } from "./office-app.js";
import { AccountPage } from "./pages/account.js";
import { AgentsPage } from "./pages/agents.js";
import { ArticlesPage } from "./pages/articles.js";
import { BooksPage } from "./pages/books.js";
import { CannedPage } from "./pages/canned.js";
import { FrontPage } from "./pages/front.js";
import { PoliciesPage } from "./pages/policies.js";
import { QueuesPage } from "./pages/queues.js";
import { RecordPage } from "./pages/record.js";

const ELEMENTS = {
  "agents-page": AgentsPage,
  "books-page": BooksPage,
  "queues-page": QueuesPage,
  "front-page": FrontPage,
  "canned-page": CannedPage,
  "articles-page": ArticlesPage,
  "policies-page": PoliciesPage,
  "record-page": RecordPage,
  "account-page": AccountPage,
  "office-app": OfficeApp,
};

for (const [name, element] of Object.entries(ELEMENTS)) customElements.define(name, element);
