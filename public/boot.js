// Before the first paint: the chosen theme, and no headline when the link leads elsewhere.
(() => {
  const root = document.documentElement;
  try {
    const { theme } = JSON.parse(localStorage.getItem('t2t.preferences') ?? '{}');
    if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;
  } catch {
    // Storage is forbidden: the system's theme serves.
  }
  if (/^#\/(?!start\b)./.test(location.hash)) root.dataset.elsewhere = '';
})();
