// The time zone this device shows: filled in where a form asks for it, offered where a person picks one.
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;

const offer = (button) => {
  const select = document.getElementById(button.dataset.offerZone);
  const known = select && [...select.options].some((option) => option.value === here);
  if (!known || select.value === here) return;
  button.textContent = button.textContent.trim().replace("{zone}", here.split("/").pop().replaceAll("_", " "));
  button.hidden = false;
  button.addEventListener("click", () => {
    select.value = here;
    button.hidden = true;
    select.focus();
  });
};

export const fillZones = (part) => {
  for (const input of part.querySelectorAll("[data-browser-zone]")) input.value ||= here ?? "";
  part.querySelectorAll("[data-offer-zone]").forEach(offer);
};
