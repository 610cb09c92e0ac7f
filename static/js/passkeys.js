/* Passkeys: hands the server's question to the device and sends its answer with the form. */
(function () {
  "use strict";
  const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  const named = (list) => (list || []).map((each) => ({ ...each, id: bytes(each.id) }));

  const WORDS = {
    NotAllowedError: "The device was not asked, said no, or took too long. Try again, or use another way.",
    InvalidStateError: "This device already has a passkey for your account.",
    SecurityError: "Passkeys work under the site's own name only. Open this page by its name, not by a number.",
    NotSupportedError: "This device cannot keep such a passkey. Use another device, or an authenticator app.",
  };

  async function ask(kind, given) {
    const publicKey = { ...given.publicKey, challenge: bytes(given.publicKey.challenge) };
    if (kind === "create") {
      publicKey.user = { ...publicKey.user, id: bytes(publicKey.user.id) };
      publicKey.excludeCredentials = named(publicKey.excludeCredentials);
      const made = await navigator.credentials.create({ publicKey });
      return { ...plain(made), response: {
        attestationObject: text(made.response.attestationObject),
        clientDataJSON: text(made.response.clientDataJSON),
        transports: made.response.getTransports?.() || [],
      } };
    }
    publicKey.allowCredentials = named(publicKey.allowCredentials);
    const found = await navigator.credentials.get({ publicKey });
    return { ...plain(found), response: {
      authenticatorData: text(found.response.authenticatorData),
      clientDataJSON: text(found.response.clientDataJSON),
      signature: text(found.response.signature),
      userHandle: found.response.userHandle ? text(found.response.userHandle) : null,
    } };
  }
  const plain = (credential) => ({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment || null,
    clientExtensionResults: credential.getClientExtensionResults(),
  });

  async function optionsOf(form) {
    if (form.dataset.options) return JSON.parse(document.getElementById(form.dataset.options).textContent);
    const answer = await fetch(form.dataset.optionsUrl, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    return (await answer.json()).request_options;
  }

  document.querySelectorAll("form[data-passkey]").forEach((form) => {
    if (!window.PublicKeyCredential) { form.hidden = form.dataset.passkey === "get"; return; }
    const button = form.querySelector("button[type=submit]");
    const problem = form.querySelector("[data-passkey-problem]");
    button.disabled = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      button.disabled = true;
      problem.hidden = true;
      try {
        form.querySelector("[name=credential]").value = JSON.stringify(await ask(form.dataset.passkey, await optionsOf(form)));
        form.submit();
      } catch (error) {
        problem.querySelector(".note-text").textContent = WORDS[error.name] || "The passkey could not be used. Try again, or use another way.";
        problem.hidden = false;
        button.disabled = false;
      }
    });
  });
})();
