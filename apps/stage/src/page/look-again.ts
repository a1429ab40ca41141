/**
 * Look every few seconds whether the page says something else by now, and open it anew when it
 * does. It is left alone while the edge cannot be reached, and a reader is not told the same twice.
 */
export function lookAgain(seconds: number): void {
  const { pathname } = location
  const seen = document.getElementById('main')?.textContent
  const look = async () => {
    const text = await fetch(pathname).then(
      (response) => (response.ok ? response.text() : null),
      () => null,
    )
    if (text === null || mainTextOf(text) === seen) setTimeout(() => void look(), seconds * 1_000)
    else location.replace(pathname)
  }
  setTimeout(() => void look(), seconds * 1_000)
}

function mainTextOf(page: string) {
  return new DOMParser().parseFromString(page, 'text/html').getElementById('main')?.textContent
}
