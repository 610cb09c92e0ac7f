/* The one place where text becomes markup or a script's address, in browsers that know trusted types: htmx and Django's
   admin build pages from what this site sent. No text is ever run, and no script comes from another origin. */
(function () {
  "use strict";
  if (!window.trustedTypes || !window.trustedTypes.createPolicy) return;
  window.trustedTypes.createPolicy("default", {
    createHTML: (markup) => markup,
    createScriptURL: (address) => {
      if (new URL(address, document.baseURI).origin !== location.origin) throw new TypeError("A script of another origin.");
      return address;
    },
  });
})();
