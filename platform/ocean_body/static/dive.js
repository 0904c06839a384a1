// Asks the API for a dive and shows what was met on the way.
const form = document.getElementById('dive');
const found = document.getElementById('found');
const trouble = document.getElementById('trouble');

function show(dive) {
  const texts = {
    pressure: `${dive.pressure_atmospheres} atmospheres`,
    lung: `${(dive.lung_share * 100).toFixed(1)} % of what it was`,
    colours: dive.colours_left.join(', ') || 'none: it is dark',
    zone: `${dive.zone}`,
    descent: `${Math.floor(dive.descent_seconds / 60)} min ${dive.descent_seconds % 60} s`,
  };
  for (const place of found.querySelectorAll('[data-of]')) place.textContent = texts[place.dataset.of];
  found.hidden = false;
}

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const button = form.querySelector('button');
  button.disabled = true;
  trouble.hidden = true;
  try {
    const answer = await fetch(`/api/dive?metres=${encodeURIComponent(form.metres.value)}`);
    const said = await answer.json();
    if (!answer.ok) throw new Error(said.error);
    show(said);
  } catch (error) {
    trouble.textContent = `The dive was broken off: ${error.message}`;
    trouble.hidden = false;
  } finally {
    button.disabled = false;
  }
});
