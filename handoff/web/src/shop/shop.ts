/** The demo's basket: it counts, and that is all. */
const basket = document.getElementById("basket");

for (const button of document.querySelectorAll("[data-add]")) {
  button.addEventListener("click", () => {
    if (basket) basket.textContent = String(Number(basket.textContent) + 1);
  });
}
