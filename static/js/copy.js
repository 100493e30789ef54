// A button that copies what stands in a field; shown only where the browser can.
const offer = (button) => {
  const field = document.getElementById(button.dataset.copy);
  if (!field || !navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(field.value);
    button.textContent = button.dataset.copied;
  });
};

export const offerCopies = (part) => part.querySelectorAll("[data-copy]").forEach(offer);
