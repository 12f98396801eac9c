// @ts-check
/// <reference path="../widget/types.d.ts" />
/** The demo shop's page: who is signed in, and what a real shop's own pages would do about it. */

/** @typedef {{id: string, name: string, tier: string, note: string}} Customer */

const KEPT = "shop:signed-in";
const who = /** @type {HTMLSelectElement} */ (document.getElementById("who"));

/** The token that a real shop's backend would mint for the customer of its own session. @param {string} customer @returns {Promise<string>} */
async function mint(customer) {
  const response = await fetch("/demo/identity", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ customer }),
  });
  if (!response.ok) throw new Error(`No identity: ${response.status}`);
  return (await response.json()).identity;
}

/** @returns {Promise<NonNullable<Window["Rapport"]>>} */
function chat() {
  return new Promise((resolve) => {
    const ready = () => resolve(/** @type {NonNullable<Window["Rapport"]>} */ (window.Rapport));
    if (window.Rapport) ready();
    else document.addEventListener("rapport:ready", ready, { once: true });
  });
}

/** @param {string} customer */
async function signIn(customer) {
  localStorage.setItem(KEPT, customer);
  const rapport = await chat();
  if (customer) await rapport.setUser(() => mint(customer));
  else await rapport.signOut();
}

/** @param {Customer[]} customers */
function fill(customers) {
  const tiers = [...new Set(customers.map((one) => one.tier))];
  for (const tier of tiers) {
    const group = document.createElement("optgroup");
    group.label = tier[0].toUpperCase() + tier.slice(1);
    for (const { id, name, note } of customers.filter((one) => one.tier === tier)) {
      group.append(new Option(note ? `${name} (${note})` : name, id));
    }
    who.append(group);
  }
}

who.addEventListener("change", () => signIn(who.value));
document.getElementById("ask")?.addEventListener("click", async () => (await chat()).open());

const response = await fetch("/demo/customers");
if (response.ok) fill(await response.json());
who.value = localStorage.getItem(KEPT) ?? "";
if (who.selectedIndex < 0) who.value = "";
if (who.value) await signIn(who.value);

export {};
