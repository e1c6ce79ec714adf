// Stands first in the page under test: collects what goes wrong from the first moment on.
const faults = [];
addEventListener("error", (event) => faults.push("error: " + event.message));
addEventListener("unhandledrejection", (event) => faults.push("rejection: " + event.reason));
addEventListener("securitypolicyviolation", (event) => faults.push("asks for " + event.blockedURI));
for (const kind of ["error", "warn"]) {
  console[kind] = (...all) => faults.push("console." + kind + ": " + all.join(" "));
}
