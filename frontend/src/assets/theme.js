/* Applies the stored theme before the first paint. Loaded by index.html as its own file. */
;(function () {
  try {
    const theme = window.localStorage.getItem('integrations-theme')
    if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
  } catch {
    /* storage may be forbidden: the system's theme is used */
  }
})()
