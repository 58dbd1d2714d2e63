// Follows what runs: while a part of the page says data-live="on", the page is fetched again and its parts are put in place. What somebody is writing stays.
// Shift+Enter in a program runs it.
const live = () => document.querySelector('[data-live="on"]');
const isPart = e => e.id && (e.hasAttribute('data-live') || e.hasAttribute('aria-live'));

async function follow() {
  while (live()) {
    await new Promise(next => setTimeout(next, 700));
    try {
      const answer = await fetch(location.href, { credentials: 'same-origin' });
      if (!answer.ok) continue;
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      for (const part of [...document.querySelectorAll('[id]')].filter(isPart)) {
        const now = page.getElementById(part.id);
        if (now && now.outerHTML !== part.outerHTML && !part.contains(document.activeElement)) part.replaceWith(now);
        else if (now && part.contains(document.activeElement) && now.dataset.live === 'off') part.replaceWith(now);
      }
    } catch {
      // The site does not answer: tried again.
    }
  }
}

document.addEventListener('keydown', event => {
  if (event.key !== 'Enter' || !event.shiftKey || !(event.target instanceof HTMLTextAreaElement)) return;
  const button = document.querySelector(`button[data-runs="${event.target.id}"]`);
  if (button) {
    event.preventDefault();
    button.click();
  }
});

follow();
