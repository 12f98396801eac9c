/** The picture of a person on staff: shown, replaced, taken away. */

import { ApiError, post, upload } from "../../data/api.js";
import { h } from "../../lib/dom.js";
import { ask, field, input } from "./form.js";

const LARGEST = 1024 * 1024;

/** @param {string | null} picture */
export const face = (picture) => (picture ? h("img", { class: "staff-picture", src: picture, alt: "", width: 64, height: 64 }) : h("p", { class: "faint" }, "None yet: customers see initials."));

/**
 * @param {{ title: string, at: string, picture: string | null, changed: (words: string) => Promise<void> }} wish  `at`: where it is put
 */
export function askPicture({ title, at, picture, changed }) {
  const chosen = input({ type: "file", accept: "image/jpeg,image/png" });
  const away = h("button", { type: "button", class: "button button-small", onclick: remove }, "Take it away");
  const dialog = ask({
    title,
    lead: "Customers see it in the chat, beside the name, while this person is waited for or answers.",
    parts: [face(picture), field("picture", "Picture", chosen, "JPEG or PNG, 1 MB at the most; the middle of it is shown, in a circle."), picture ? h("div", { class: "more-acts" }, away) : null],
    submit: async () => {
      const file = chosen.files?.[0];
      if (!file) throw new ApiError(400, "picture", "Choose a picture first.");
      if (file.size > LARGEST) throw new ApiError(413, "picture", "A picture may have 1 MB at the most.");
      await upload(at, file);
      await changed("The picture is saved.");
    },
  });

  async function remove() {
    await post(`${at}/remove`);
    dialog.close();
    await changed("The picture is gone.");
  }
}
